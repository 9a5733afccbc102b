import AIUGuestLink
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// Links with the real `aiu-vsockd`, and a guest that a test plays from the guest's side of the sockets.
struct Fixture: ~Copyable {
    let root: String
    let links: VsockLinks
    let id: VMID

    init() async throws {
        let root = "/tmp/aiu-links-\(VMID.random())"
        try Files.makeFolder(root)
        let links = try VsockLinks(
            GuestLinkConfiguration(
                backEnd: try Self.program("aiu-vsockd"), runDirectory: "\(root)/run", heartbeat: .milliseconds(100)))
        self.root = root
        self.links = links
        id = VMID.random()
    }

    deinit {
        // What is left in /tmp after a failed removal harms nothing.
        try? Files.removeTree(root)
    }

    var identity: GuestIdentity {
        GuestIdentity(hostname: "guest", logPath: "\(root)/agent.log", consolePath: "\(root)/console.log")
    }

    var directory: String { "\(root)/run/vm/\(id)" }

    /// The agent's end of the control connection, as the back end would connect it.
    func dial() throws -> FileDescriptor { try UnixSocket.connect("\(directory)/guest_\(WireProtocol.port)") }

    static let hello = Hello(
        agentVersion: "0", kernel: "6.1", bootID: "b",
        bootTimes: .init(agentStarted: 1, filesMounted: 2, dialled: 3), configurationDigest: "d", processors: 1,
        memoryBytes: 1, features: [WireProtocol.configureFeature])

    /// Programs lie beside the test bundle.
    private static func program(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        for candidate in ["\(folder)/\(name)", "\(try Self.buildFolder())/\(name)"] where Files.exists(candidate) {
            return candidate
        }
        throw Failure(.unavailable, "\(name) is not built")
    }

    private static func buildFolder() throws -> String {
        // `swift test` starts a helper of the toolchain; its arguments name the test bundle.
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }
}

/// A guest's end of a connection, speaking frames.
final class Peer {
    let socket: FileDescriptor
    private var decoder = FrameDecoder()

    init(_ socket: consuming FileDescriptor) { self.socket = socket }

    func send(_ frame: Frame) throws { try socket.writeAll(frame.encoded) }

    /// The next frame; nil when the host closed the connection.
    func receive() throws -> Frame? {
        while true {
            if let frame = try decoder.next() { return frame }
            guard let bytes = try socket.read(upTo: 4096), !bytes.isEmpty else { return nil }
            decoder.feed(bytes)
        }
    }
}
