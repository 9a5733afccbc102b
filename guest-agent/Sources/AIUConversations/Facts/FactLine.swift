internal import AIUJSON

/// One line of the file of facts. Erasing writes the file anew: what was erased is nowhere in it.
enum FactLine: Codable, Equatable {
    /// The first line; `next` is the number that the next fact gets.
    case began(version: Int, next: Int)
    case fact(number: Int, time: Int64, text: String)
    /// What a fact means to the embedding model `space`.
    case meaning(number: Int, space: String, vector: String)

    static let version = 1

    init?(_ line: some Sequence<UInt8>) {
        // A line that was cut off, or that a newer version wrote, is passed over: the others are worth having.
        guard let line = try? JSONText.decode(FactLine.self, from: Array(line)) else { return nil }
        self = line
    }

    func encoded() throws(JSONError) -> [UInt8] { try JSONText.encode(self) + [UInt8(ascii: "\n")] }
}
