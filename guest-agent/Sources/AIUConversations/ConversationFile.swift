internal import AIUJSON
internal import AIUSystem
internal import Glibc

/// The file of one conversation.
struct ConversationFile {
    static let longest = 64 << 20

    let path: String

    /// Nil when the file is not one of ours.
    func read(to attempt: String) throws(ConversationError) -> Conversation? {
        do throws(SystemError) {
            return Self.parse(try Files.read(path, limit: Self.longest))
        } catch {
            throw ConversationError(attempt, error)
        }
    }

    static func parse(_ bytes: [UInt8]) -> Conversation? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, case .began(_, let id, let time)? = ConversationLine(first) else { return nil }
        var conversation = Conversation(id: id, created: time, title: "", turns: [])
        for line in lines.dropFirst() {
            switch ConversationLine(line) {
            case .title(let title): conversation.title = title
            case .turn(let turn): conversation.turns.append(turn)
            case .digest(let digest): conversation.digest = digest
            case .began, nil: continue
            }
        }
        return conversation
    }

    /// Adds lines and waits until the disk has them.
    func append(_ lines: [ConversationLine], to attempt: String) throws(ConversationError) {
        var bytes: [UInt8] = []
        do throws(JSONError) {
            for line in lines { bytes += try line.encoded() }
        } catch {
            throw ConversationError(attempt, .system("\(error)"))
        }
        do throws(SystemError) {
            try LineFile(path: path, longest: Self.longest).append(bytes)
        } catch  where error.code == Errno(EFBIG) {
            throw ConversationError(attempt, .tooLong(Self.longest))
        } catch {
            throw ConversationError(attempt, error)
        }
    }
}
