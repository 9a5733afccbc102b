/// What to do with the facts that a VM remembers.
package enum MemoryRequest: Codable, Equatable, Sendable {
    case list
    case add(text: String)
    case remove(facts: [Int])
    case clear
}

/// Something that a person asked a VM to remember.
package struct MemoryFact: Codable, Equatable, Sendable {
    /// Its name: it keeps it, and no later fact gets it.
    package var number: Int
    /// Milliseconds since 1970.
    package var time: Int64
    package var text: String

    package init(number: Int, time: Int64, text: String) {
        self.number = number
        self.time = time
        self.text = text
    }
}
