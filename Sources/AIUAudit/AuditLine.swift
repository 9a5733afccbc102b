internal import AIUDigest
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// A record as it stands in a file: one line of JSON that begins with the digest of the line before it.
///
/// The beginning has a fixed form, so that a chain can be followed without reading the rest.
struct AuditLine {
    static let noDigest = [UInt8](repeating: 0x30, count: 64)
    static let longest = 64 << 10
    private static let start = Array(#"{"previous":""#.utf8)
    private static let middle = Array(#"","sequence":"#.utf8)
    private static let kind = Array(#","kind":""#.utf8)

    static func encode(_ record: AuditRecord, after previous: [UInt8]) throws(Failure) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("previous", .string(String(decoding: previous, as: UTF8.self))),
            .init("sequence", .integer(record.sequence)), .init("kind", .string(record.kind.rawValue)),
        ]
        do throws(JSONError) {
            let whole = try JSON(encoding: record)
            members += (whole.membersValue ?? []).filter { $0.name != "sequence" && $0.name != "kind" }
        } catch {
            throw Failure(.internalError, "a record of the audit has no JSON form: \(error)")
        }
        let line = Array(JSON.object(members).text().utf8)
        guard line.count <= longest else {
            throw Failure(.invalid, "a record of the audit is longer than \(longest) bytes")
        }
        return line
    }

    static func decode(_ line: UnsafeRawBufferPointer) -> AuditRecord? {
        // What cannot be read is no record; the verification tells where it stands.
        try? JSONText.decode(AuditRecord.self, from: unsafe Array(line))
    }

    static func digest(_ line: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = SHA256()
        unsafe digest.update(line)
        return Hex.bytes(digest.finalize())
    }

    /// The number of a line's record; nil when the line does not begin as one.
    static func sequence(_ line: UnsafeRawBufferPointer) -> Int64? {
        let digits = start.count + noDigest.count + middle.count
        guard line.count > digits + 1, unsafe line.starts(with: start) else { return nil }
        let after = unsafe UnsafeRawBufferPointer(rebasing: line[(start.count + noDigest.count)...])
        guard unsafe after.starts(with: middle) else { return nil }
        var sequence: Int64 = 0
        var index = digits
        while index < line.count, case let digit = unsafe line[index], (0x30...0x39).contains(digit) {
            guard sequence < Int64.max / 16 else { return nil }
            sequence = 10 * sequence + Int64(digit - 0x30)
            index += 1
        }
        return index > digits ? sequence : nil
    }

    /// The digest, in hex, of the line before one that has a number.
    static func previous(_ line: UnsafeRawBufferPointer) -> [UInt8] {
        unsafe Array(line[start.count..<start.count + noDigest.count])
    }

    /// Whether that digest is this one.
    static func follows(_ line: UnsafeRawBufferPointer, _ digest: [UInt8]) -> Bool {
        unsafe UnsafeRawBufferPointer(rebasing: line[start.count..<start.count + noDigest.count]).elementsEqual(digest)
    }

    /// Whether the line needs to be read whole to follow the chain. Most need not: they begin or end a request.
    static func isMark(_ line: UnsafeRawBufferPointer) -> Bool {
        var index = start.count + noDigest.count + middle.count
        while index < line.count, case let digit = unsafe line[index], (0x30...0x39).contains(digit) { index += 1 }
        let rest = unsafe UnsafeRawBufferPointer(rebasing: line[index...])
        guard rest.count > kind.count, unsafe rest.starts(with: kind) else { return true }
        let first = unsafe rest[kind.count]
        return first != UInt8(ascii: "b") && first != UInt8(ascii: "e")
    }
}
