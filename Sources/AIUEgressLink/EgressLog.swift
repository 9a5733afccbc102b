internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// The decisions about one VM, a line of JSON each: one file, and one older part of it.
final class EgressLog {
    static let limit = 4 << 20
    static let longestLine = 16 << 10

    private let path: String
    private var file: FileDescriptor?
    private var size = 0

    init(path: String) { self.path = path }

    /// Whole lines are written, or nothing: a line that a full disk cut short is taken back.
    func append(_ line: [UInt8]) throws(SystemError) {
        if file == nil { try open() }
        if size + line.count > Self.limit, size > 0 {
            try Files.rename(path, to: "\(path).1")
            try open()
        }
        guard let length = try file?.write(line) else { throw SystemError("write", path, code: .wouldBlock) }
        if length < line.count {
            try file?.truncate(to: Int64(size))
            throw SystemError("write all of a decision to", path, code: Errno(ENOSPC))
        }
        size += length
    }

    private func open() throws(SystemError) {
        let opened = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
        size = Int(try opened.metadata().st_size)
        file = consume opened
    }

    /// The newest, the oldest of them first. Lines that are none, as a crash may leave one, are passed over.
    static func read(_ path: String, limit: Int) throws(SystemError) -> [EgressDecision] {
        var found: [EgressDecision] = []
        for part in [path, "\(path).1"] where found.count < limit && Files.exists(part) {
            let bytes = try Files.read(part, limit: Self.limit + longestLine)
            var lines: [EgressDecision] = []
            for line in bytes.split(separator: UInt8(ascii: "\n")).suffix(limit - found.count) {
                guard let decision = try? JSONText.decode(EgressDecision.self, from: Array(line)) else { continue }
                lines.append(decision)
            }
            found = lines + found
        }
        return found
    }

    static func remove(_ path: String) throws(SystemError) {
        for part in [path, "\(path).1"] { try Files.remove(part) }
    }
}
