/// Bytes that passed a VM's network card.
package struct CardUse: Codable, Equatable, Sendable {
    package var toGuest: Int64
    package var fromGuest: Int64

    package init(toGuest: Int64 = 0, fromGuest: Int64 = 0) {
        self.toGuest = toGuest
        self.fromGuest = fromGuest
    }

    /// What came on top of `former`; all of it where the count began anew.
    package func since(_ former: CardUse) -> CardUse {
        guard toGuest >= former.toGuest, fromGuest >= former.fromGuest else { return self }
        return CardUse(toGuest: toGuest - former.toGuest, fromGuest: fromGuest - former.fromGuest)
    }
}
