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
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
            // Two prompts of one conversation at once: one after the other.
            try SystemError.checkErrno(flock(file.raw, LOCK_EX), "lock", path)
            let size = Int(try file.metadata().st_size)
            guard size + bytes.count <= Self.longest else { throw SystemError("grow", path, code: Errno(EFBIG)) }
            // A line that the end of the VM cut off must not swallow the next one.
            if size > 0, try file.read(1, at: Int64(size - 1)) != [UInt8(ascii: "\n")] {
                bytes.insert(UInt8(ascii: "\n"), at: 0)
            }
            try file.writeAll(bytes)
            try file.synchronize()
        } catch  where error.code == Errno(EFBIG) {
            throw ConversationError(attempt, .tooLong(Self.longest))
        } catch {
            throw ConversationError(attempt, error)
        }
    }
}
