import AIUSystem
import Glibc
import Testing

/// `aiu-inference` with its socket, ended with the test.
final class InferenceProgram {
    let path: String
    private let child: Int32

    init(_ arguments: [String]) throws {
        path = "/tmp/aiu-inference-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        let listener = try UnixSocket.listen(path)
        let own = try #require(CommandLine.arguments.first)
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        var request = SpawnRequest("\(folder)/aiu-inference", arguments)
        request.descriptors = [-1, -1, 2, listener.raw]
        request.deathSignal = SIGKILL
        child = try Child.spawn(request).pid
    }

    deinit {
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
        unsafe unlink(path)
    }
}
