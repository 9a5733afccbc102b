import AIUInferenceLink
import AIUJSON
import Glibc
import Testing

/// What model/vectors.py wrote, and the repository's tools.json.
struct PlanFixtures {
    static func json(_ path: String) throws -> JSON {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let descriptor = unsafe open("\(root)/\(path)", O_RDONLY)
        try #require(descriptor >= 0, "\(path) cannot be opened")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(descriptor, &piece, piece.count)
            if count <= 0 { break }
            bytes += piece[..<count]
        }
        return try JSON(parsing: bytes, limits: JSONLimits(maxBytes: 1 << 20))
    }

    static func vectors(_ name: String) throws -> JSON { try json("Tests/AIURouterTests/Planning/Vectors/\(name)") }

    /// The whole scores of a vector, whose rows hold only the best labels.
    static func scores(_ vector: JSON, of file: JSON) throws -> RouterScores {
        let steps = Int(file["steps"]?.integerValue ?? 0)
        let rest = Float(file["rest"]?.numberValue ?? 0)
        let kept = (vector["kept"]?.arrayValue ?? []).compactMap { $0.integerValue.map { Int($0) } }
        let wordSteps = vector["heads"]?["argument"]?.arrayValue?.count ?? 0
        var heads: [String: RouterScores.Head] = [:]
        for member in file["labels"]?.membersValue ?? [] {
            let labels = (member.value.arrayValue ?? []).compactMap(\.stringValue)
            let ofWords = ["argument", "reference"].contains(member.name) || member.name.hasPrefix("word.")
            let given = vector["heads"]?[member.name]?.arrayValue ?? []
            let rows = ofWords ? given.flatMap { $0.arrayValue ?? [] } : given
            let count = ofWords ? wordSteps * kept.count : steps
            var values = [Float](repeating: rest, count: count * labels.count)
            for (number, row) in rows.enumerated() {
                for entry in row.arrayValue ?? [] {
                    let label = Int(try #require(entry[0]?.integerValue))
                    values[number * labels.count + label] = Float(try #require(entry[1]?.numberValue))
                }
            }
            heads[member.name] = .init(name: member.name, labels: labels, rows: count, values: values)
        }
        return RouterScores(
            toolsDigest: "", kept: kept, steps: steps, wordSteps: wordSteps, tokens: kept.count, heads: heads)
    }
}
