/// What was made unreadable, and what was not.
package struct Erasure: Equatable, Sendable, Codable {
    /// The numbers that they had in the audit, whose records stay and say nothing of them.
    package var people: [String]
    /// How many tokens were removed.
    package var tokens: Int
    /// How many requests for tokens told of them.
    package var requests: Int
    /// Records from before what they say was sealed; they go with `keep_audit_days`.
    package var recordsInTheClear: Int64

    package init(people: [String], tokens: Int, requests: Int, recordsInTheClear: Int64) {
        self.people = people
        self.tokens = tokens
        self.requests = requests
        self.recordsInTheClear = recordsInTheClear
    }
}
