/// What a verification of the audit found.
package struct AuditReport: Equatable, Sendable, Codable {
    /// The first thing that is wrong.
    package struct Damage: Equatable, Sendable, Codable {
        /// The number of the line's record, as far as it can be told.
        package var sequence: Int64
        package var file: String
        package var line: Int
        package var problem: String

        package init(sequence: Int64, file: String, line: Int, problem: String) {
            self.sequence = sequence
            self.file = file
            self.line = line
            self.problem = problem
        }
    }

    /// What the supervisor found amiss when it opened the audit.
    package struct Incident: Equatable, Sendable, Codable {
        /// The record that tells it.
        package var sequence: Int64
        package var finding: String

        package init(sequence: Int64, finding: String) {
            self.sequence = sequence
            self.finding = finding
        }
    }

    package static let mostIncidents = 100

    package var records: Int64 = 0
    package var first: Int64 = 0
    package var last: Int64 = 0
    /// The digest of the last line, in hex: who keeps it can tell later whether anything was cut off.
    package var head = ""
    package var checkpoints: Int64 = 0
    /// Records after the last signature.
    package var unsigned: Int64 = 0
    /// The key that the signatures were checked with, in hex.
    package var key: String?
    package var damage: Damage?
    package var incidents: [Incident] = []

    package var isSound: Bool { damage == nil && incidents.isEmpty }

    package init() {}
}
