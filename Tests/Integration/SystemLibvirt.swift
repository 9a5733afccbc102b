import AIUSystem
import Glibc
import Testing

/// A libvirtd of the test's own: its folders are laid over the system's in a mount name space that only it sees, so that
/// it can be killed and started again while a libvirtd of the host goes on undisturbed.
final class SystemLibvirt {
    private static let program = "/usr/sbin/libvirtd"
    /// What libvirt's system mode keeps where, and under which name it lies in the test's folder.
    private static let places = [
        ("etc", "/etc/libvirt"), ("run", "/run/libvirt"), ("lib", "/var/lib/libvirt"), ("cache", "/var/cache/libvirt"),
        ("log", "/var/log/libvirt"),
    ]

    static let isAvailable = geteuid() == 0 && Files.exists(program) && Files.exists("/usr/bin/unshare")

    private let folder = "\(Machine.folder)/l\(getpid())"
    private var daemon: Daemon?

    var socket: String { "\(folder)/run/libvirt-sock" }

    init() throws {
        for (name, _) in Self.places { try Files.makeFolder("\(folder)/\(name)", mode: 0o755) }
        let emulator = """
            security_driver = "none"
            namespaces = []
            cgroup_controllers = []
            stdio_handler = "file"

            """
        try Files.replace("\(folder)/etc/qemu.conf", with: Array(emulator.utf8))
        let daemon = """
            unix_sock_dir = "\(folder)/run"
            auth_unix_ro = "none"
            auth_unix_rw = "none"

            """
        try Files.replace("\(folder)/libvirtd.conf", with: Array(daemon.utf8))
        try start()
    }

    deinit {
        do {
            try end(SIGTERM)
            try Files.removeTree(folder)
        } catch {
            Issue.record("the test's libvirtd was not cleaned up: \(error)")
        }
    }

    /// Starts it, and returns when it answers.
    func start() throws {
        let mounts = Self.places.map { "mkdir -p \($1); mount --bind \(folder)/\($0) \($1)" }.joined(separator: "\n")
        let script = "\(mounts)\nexec \(Self.program) --config \(folder)/libvirtd.conf --pid-file \(folder)/pid"
        var request = SpawnRequest(
            "/usr/bin/unshare", ["--mount", "--propagation", "private", "/bin/sh", "-ec", script],
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LIBVIRT_LOG_OUTPUTS=3:file:\(folder)/libvirtd.log"])
        request.newSession = true
        daemon = Daemon(try Child.spawn(request))
        let deadline = ContinuousClock.now + .seconds(60)
        while .now < deadline {
            if try answers() { return }
            usleep(100_000)
        }
        Issue.record("libvirtd does not answer")
    }

    /// Ends it as whoever sends that signal would, and returns when it is gone.
    func end(_ signal: Int32) throws {
        guard let daemon else { return }
        try daemon.child.signal(signal)
        _ = try daemon.child.wait()
        self.daemon = nil
    }

    /// The secrets that it keeps, as virsh lists them.
    func secrets() throws -> String {
        let list = "\(folder)/secrets"
        let file = try FileDescriptor.open(list, O_RDWR | O_CREAT | O_TRUNC)
        var request = SpawnRequest(
            "/usr/bin/virsh", ["--quiet", "--connect", "qemu:///system?socket=\(socket)", "secret-list"],
            environment: ["PATH=/usr/bin:/bin"])
        request.descriptors = [-1, file.raw, 2]
        #expect(try Child.spawn(request).wait() == .exited(0))
        return String(decoding: try Files.read(list).filter { $0 != 10 && $0 != 32 }, as: UTF8.self)
    }

    /// The machines that it knows, as virsh would list them.
    private func answers() throws -> Bool {
        let request = SpawnRequest(
            "/usr/bin/virsh", ["--connect", "qemu:///system?socket=\(socket)", "list", "--name"],
            environment: ["PATH=/usr/bin:/bin"])
        return try Child.spawn(request).wait() == .exited(0)
    }

    private final class Daemon {
        let child: Child

        init(_ child: consuming Child) { self.child = child }
    }
}
