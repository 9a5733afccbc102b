internal import AIUClient
internal import AIUCommandLine
internal import AIUSystem
internal import Glibc

/// What a pipe or a file brings to this program.
enum StandardInput {
    private static let chunk = 256 * 1024

    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Hands over everything, part by part. `what` is what it should be, such as "a prompt".
    static func read(_ what: String, _ take: ([UInt8]) throws -> Void) throws {
        guard !isTerminal else {
            throw Problem(.usage, "standard input is a terminal; \(what) comes from a file or a pipe")
        }
        let duplicate = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        let input = FileDescriptor(owning: try SystemError.checkErrno(duplicate, "read standard input"))
        while true {
            guard let bytes = try input.read(upTo: chunk) else {
                // The descriptor is shared with programs that may have made it non-blocking.
                var item = pollfd(fd: input.raw, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&item, 1, -1)
                continue
            }
            if bytes.isEmpty { return }
            try take(bytes)
        }
    }

    /// The text of a file that was named, or of standard input for `-`.
    static func text(orOfFile path: String, _ what: String, limit: Int) throws -> String {
        path == "-" ? try text(what, limit: limit) : try FileArgument.text(path, limit: limit)
    }

    /// All of it as text.
    static func text(_ what: String, limit: Int) throws -> String {
        var all: [UInt8] = []
        try read(what) { bytes in
            all += bytes
            guard all.count <= limit else {
                throw Problem(.badData, "standard input is longer than \(limit) bytes, the most that \(what) may have")
            }
        }
        guard let text = String(validating: all, as: UTF8.self) else {
            throw Problem(.badData, "standard input is not UTF-8 text")
        }
        return text
    }
}
