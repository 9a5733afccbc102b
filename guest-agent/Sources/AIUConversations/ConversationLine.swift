internal import AIUJSON

/// One line of a conversation's file. Lines are only ever added, so that whatever ends the VM loses at most the last.
enum ConversationLine: Codable, Equatable {
    /// The first line.
    case began(version: Int, id: String, time: Int64)
    /// The newest title counts.
    case title(String)
    case turn(ConversationTurn)
    /// The newest counts.
    case digest(ConversationDigest)

    static let version = 1

    init?(_ line: some Sequence<UInt8>) {
        // A line that was cut off, or that a newer version wrote, is passed over: the others are worth having.
        guard let line = try? JSONText.decode(ConversationLine.self, from: Array(line)) else { return nil }
        self = line
    }

    func encoded() throws(JSONError) -> [UInt8] { try JSONText.encode(self) + [UInt8(ascii: "\n")] }
}
