/// Tokens that an administrator gives a budget once, for its current window.
package struct GrantTokens: Equatable, Sendable, Codable {
    /// The budget's name, as `aiu tokens show` has it.
    package var budget: String
    package var tokens: Int
    /// Whose: a name or number.
    package var user: String?
    package var vm: VMName?
    package var project: String?
    package var note: String?

    package init(
        budget: String, tokens: Int, user: String? = nil, vm: VMName? = nil, project: String? = nil,
        note: String? = nil
    ) {
        self.budget = budget
        self.tokens = tokens
        self.user = user
        self.vm = vm
        self.project = project
        self.note = note
    }
}
