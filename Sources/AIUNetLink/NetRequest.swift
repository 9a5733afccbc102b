package import AIUModel

/// What the supervisor may ask of the program with the privileges over networks, and nothing else; exactly one of it.
package struct NetRequest: Codable, Equatable, Sendable {
    /// Start a VM's proxy in a network namespace. Four descriptors come along: its log, the supervisor's socket, and the two
    /// that listen.
    package struct Enter: Codable, Equatable, Sendable {
        package static let descriptors = 4
        package var namespace: String

        package init(namespace: String) { self.namespace = namespace }
    }

    /// A card and its rules. They are in force before anything passes it, and replace those before at once.
    package struct Put: Codable, Equatable, Sendable {
        package var card: NetworkCard
        package var rules: CardRules
        /// Who may attach a machine to it.
        package var owner: UInt32

        package init(card: NetworkCard, rules: CardRules, owner: UInt32) {
            self.card = card
            self.rules = rules
            self.owner = owner
        }
    }

    package var enter: Enter?
    package var put: Put?
    /// Let nothing pass a card any more.
    package var cut: NetworkCard?
    /// The same, and remove what there is of it, unless a machine still has it.
    package var drop: NetworkCard?
    /// How much has passed all cards.
    package var count: Bool?

    package init(enter: Enter) { self.enter = enter }
    package init(put: Put) { self.put = put }
    package init(cut: NetworkCard) { self.cut = cut }
    package init(drop: NetworkCard) { self.drop = drop }
    package init() { count = true }
}
