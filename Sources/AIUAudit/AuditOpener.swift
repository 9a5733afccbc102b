internal import AIUJSON
package import AIUModel
internal import AIUSystem

/// Makes records readable again with the keys of the people in them.
package struct AuditOpener: Sendable {
    private static let start = Array(#"{"person":""#.utf8)

    private var keys: [String: [UInt8]]

    package init() { keys = [:] }

    init(_ people: [AuditPerson]) {
        keys = Dictionary(people.map { ($0.id, $0.key) }) { first, _ in first }
    }

    /// Whether a line of an export is a key, which come before all records.
    package static func isKey(_ line: UnsafeRawBufferPointer) -> Bool { unsafe line.starts(with: start) }

    /// Takes such a line over.
    package mutating func take(_ line: UnsafeRawBufferPointer) {
        // One that cannot be read opens nothing; the records that need it say so.
        guard let json = try? JSON(parsing: unsafe Array(line)), let id = json["person"]?.stringValue,
            let key = json["key"]?.stringValue.flatMap({ Hex.parse($0, count: AuditBox.keyLength) })
        else { return }
        keys[id] = key
    }

    static func line(_ person: AuditPerson) -> [UInt8] {
        Array("{\"person\":\"\(person.id)\",\"key\":\"\(Hex.text(person.key))\"}\n".utf8)
    }

    /// The record as it was; one whose person was erased says so.
    package func open(_ record: AuditRecord) -> AuditRecord {
        guard let person = record.person, record.sealed != nil else { return record }
        if let key = keys[person], let opened = AuditBox.open(record, with: key) { return opened }
        var erased = record
        erased.sealed = nil
        erased.erased = true
        return erased
    }
}
