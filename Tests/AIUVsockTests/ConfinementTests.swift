import AIUSandbox
import AIUSystem
import Glibc
import Testing

/// What a confined process can no longer do. Each test gives its own child process up.
struct ConfinementTests {
    @Test("files, networks and processes are out of reach")
    func refused() async {
        await #expect(processExitsWith: .success) {
            var confinement = Confinement()
            confinement.systemCalls = .socketServer
            _ = confinement.apply()
            let attempts: [(String, Bool)] = [
                ("open a file", unsafe open("/etc/passwd", O_RDONLY) >= 0),
                ("make a file", unsafe open("/tmp/aiu-confinement", O_CREAT | O_WRONLY, 0o600) >= 0),
                ("remove a file", unsafe unlink("/tmp/aiu-confinement-victim") == 0),
                ("use the network", socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) >= 0),
                ("use the new network", socket(AF_INET6, Int32(SOCK_DGRAM.rawValue), 0) >= 0),
                ("talk to the kernel", socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0) >= 0),
                ("signal a process", kill(1, 0) == 0),
                (
                    "map code",
                    unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
                ),
            ]
            for (what, succeeded) in attempts where succeeded {
                print("could \(what)")
                exit(1)
            }
            exit(0)
        }
    }

    @Test("what a socket server needs still works")
    func allowed() async {
        await #expect(processExitsWith: .success) {
            var confinement = Confinement()
            confinement.systemCalls = .socketServer
            let (a, b) = try UnixSocket.pair().take()
            let loop = try EventLoop()
            _ = confinement.apply()
            try loop.watch(a, .read) { _ in loop.stop() }
            let writer = FileDescriptor(owning: b)
            try writer.writeAll([1])
            try loop.run()
            guard socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0,
                unsafe mmap(nil, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
            else { exit(1) }
            exit(0)
        }
    }

    @Test("executing another program is the end")
    func execute() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            var confinement = Confinement()
            confinement.systemCalls = .socketServer
            _ = confinement.apply()
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            _ = unsafe execve("/bin/true", &arguments, nil)
            exit(0)
        }
    }

    @Test("Landlock alone leaves only what was granted")
    func landlock() async {
        await #expect(processExitsWith: .success) {
            var confinement = Confinement()
            confinement.ownNetwork = false
            confinement.paths = [PathGrant("/usr", .read)]
            let gaps = confinement.apply()
            // A kernel without Landlock says so; there is nothing to test then.
            if gaps.contains(where: { $0.layer == .landlock }) { exit(0) }
            let passwords = unsafe open("/etc/passwd", O_RDONLY)
            guard passwords < 0, errno == EACCES else { exit(1) }
            guard unsafe open("/usr", O_RDONLY) >= 0 else { exit(2) }
            exit(unsafe open("/usr/aiu-confinement", O_CREAT | O_WRONLY, 0o600) < 0 ? 0 : 3)
        }
    }

    @Test("root becomes somebody else, in a folder of its own, without capabilities")
    func user() async {
        await #expect(processExitsWith: .success) {
            guard getuid() == 0 else { exit(0) }
            var confinement = Confinement()
            confinement.user = .init(user: 65534, group: 65534)
            confinement.root = "/usr"
            let gaps = confinement.apply()
            guard !gaps.contains(where: { $0.layer == .user }) else { exit(1) }
            guard getuid() == 65534, geteuid() == 65534, getgid() == 65534 else { exit(2) }
            guard setuid(0) != 0 else { exit(3) }
            // A host that gives no root folder says so; there is nothing to see then.
            if gaps.contains(where: { $0.layer == .root }) { exit(0) }
            guard unsafe access("/bin", F_OK) == 0 else { exit(4) }
            exit(unsafe access("/proc", F_OK) == 0 ? 5 : 0)
        }
    }

    @Test("a missing layer is named, and does not stop the others")
    func gaps() async {
        await #expect(processExitsWith: .success) {
            var confinement = Confinement()
            confinement.root = "/nowhere"
            confinement.systemCalls = .socketServer
            let gaps = confinement.apply()
            guard gaps.contains(where: { $0.layer == .root && $0.description.contains("/nowhere") }) else { exit(1) }
            exit(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) < 0 ? 0 : 2)
        }
    }
}
