/// What is in force for somebody or something, and which part of the policy decided.
package struct PolicyExplanation: Equatable, Sendable, Codable {
    /// One value in force.
    package struct Entry: Equatable, Sendable, Codable {
        package var field: String
        /// As JSON.
        package var value: String
        /// What decided: `host`, `project lab`, `user anna`, `vm box`. Several where they add up.
        package var decidedBy: [Source]

        package init(field: String, value: String, decidedBy: [Source]) {
            self.field = field
            self.value = value
            self.decidedBy = decidedBy
        }
    }

    /// A place in the document.
    package struct Source: Equatable, Sendable, Codable, CustomStringConvertible {
        package var scope: String
        package var line: Int?

        package init(scope: String, line: Int?) {
            self.scope = scope
            self.line = line
        }

        package var description: String { line.map { "\(scope), line \($0)" } ?? scope }
    }

    package var version: Int64
    /// The scopes that apply, the widest first.
    package var scopes: [String]
    /// What was asked for, in one sentence; absent when everything was.
    package var answer: String?
    /// Whether the tool or model that was asked for may be used.
    package var allowed: Bool?
    package var entries: [Entry]

    package init(version: Int64, scopes: [String], answer: String? = nil, allowed: Bool? = nil, entries: [Entry]) {
        self.version = version
        self.scopes = scopes
        self.answer = answer
        self.allowed = allowed
        self.entries = entries
    }
}
