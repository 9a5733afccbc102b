import AIUSystem
import Glibc

/// A program of the host that takes part in a test.
enum Program {
    /// Runs it to its end; what it said.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (
        status: Int32, output: String
    ) {
        let path = "/tmp/aiu-egress-output-\(getpid())-\(UInt32.random(in: .min ... .max))"
        defer { _ = unsafe unlink(path) }
        let process = try start(arguments, output: path)
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        let output = String(decoding: try Files.read(path), as: UTF8.self)
        return (status & 0x7F == 0 ? status >> 8 & 0xFF : -1, output)
    }

    /// What is passed becomes descriptor 3 and those behind it.
    static func start(_ arguments: [String], output: String, passing: [Int32] = []) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        _ = unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Above all numbers that they get, so that none is overwritten before it was copied.
        let copies = passing.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { for copy in copies { close(copy) } }
        for (index, copy) in copies.enumerated() {
            _ = unsafe posix_spawn_file_actions_adddup2(&actions, copy, Int32(3 + index))
        }
        var process = pid_t()
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
        }
        let code = unsafe posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
        guard code == 0 else { throw SystemError("start", arguments[0], code: Errno(code)) }
        return process
    }
}
