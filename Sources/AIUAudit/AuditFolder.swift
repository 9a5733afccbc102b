internal import AIUModel
internal import AIUSystem

/// Where the audit's files are.
struct AuditFolder {
    private static let suffix = ".jsonl"
    private static let digits = 12

    let path: String

    var key: String { "\(path)/key" }
    var reserve: AuditReserve { AuditReserve(path: "\(path)/reserve") }
    /// The keys of the people in it.
    var people: String { "\(path)/people" }
    var seal: String { "\(path)/end" }

    /// The file whose first record has a number.
    func file(from sequence: Int64) -> String {
        let text = String(sequence)
        let zeros = String(repeating: "0", count: max(0, Self.digits - text.count))
        return "\(path)/\(zeros)\(text)\(Self.suffix)"
    }

    /// The numbers of the files' first records, rising.
    func starts() throws(Failure) -> [Int64] {
        do throws(SystemError) {
            return try Files.names(in: path).compactMap { name in
                guard name.hasSuffix(Self.suffix), let start = Int64(name.dropLast(Self.suffix.count)) else {
                    return nil
                }
                return start > 0 && file(from: start) == "\(path)/\(name)" ? start : nil
            }.sorted()
        } catch {
            throw Failure(.unavailable, "the audit cannot be read: \(error)")
        }
    }
}
