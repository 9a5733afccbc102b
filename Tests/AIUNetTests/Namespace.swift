import AIUModel
import AIUSystem
import Glibc
import Testing

/// A network namespace of a test's own.
final class Namespace {
    let name: String

    init() throws {
        name = "aiu-test-\(UInt32.random(in: 0 ... .max))"
        try Self.ip("netns", "add", name)
    }

    deinit {
        // It was removed by the test already.
        try? Self.ip("netns", "delete", name)
    }

    func remove() throws { try Self.ip("netns", "delete", name) }

    var identity: String? { (try? Files.metadata(NetworkNamespace.path(of: name))).map { "\($0.st_dev):\($0.st_ino)" } }

    static func ip(_ words: String...) throws {
        var request = SpawnRequest("/usr/sbin/ip", words, environment: ["PATH=/usr/sbin:/usr/bin"])
        request.descriptors = [-1, -1, -1]
        let child = try Child.spawn(request)
        guard try child.wait() == .exited(0) else { throw SystemError("run ip \(words)", code: .ioError) }
    }
}
