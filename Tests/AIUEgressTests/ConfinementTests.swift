import AIUSandbox
import AIUSystem
import CLinux
import Glibc
import Testing

/// What the proxy's process can no longer do. Each test gives its own child process up.
struct ConfinementTests {
    /// As the program has it, but for the limit into which a sanitizer's memory does not fit.
    static func egress(_ user: Confinement.User?) -> Confinement {
        var confinement = Confinement.egress(user)
        confinement.limits.removeAll { $0.resource == .addressSpace }
        return confinement
    }

    @Test("files, programs, other sockets and other processes are out of reach")
    func refused() async {
        await #expect(processExitsWith: .success) {
            let inherited = unsafe open("/etc/hostname", O_RDONLY)
            _ = Self.egress(nil).apply()
            let here: [UInt8] = [127, 0, 0, 1]
            var port: UInt16 = 0
            let attempts: [(String, Bool)] = [
                ("open a file", unsafe open("/etc/passwd", O_RDONLY) >= 0),
                ("open itself", unsafe open("/proc/self/mem", O_RDONLY) >= 0),
                ("make a file", unsafe open("/tmp/aiu-egress-confinement", O_CREAT | O_WRONLY, 0o600) >= 0),
                ("look into a folder", unsafe opendir("/") != nil),
                ("remove a file", unsafe unlink("/tmp/aiu-egress-confinement") == 0),
                ("talk to the host's programs", socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0),
                ("talk to the kernel", socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0) >= 0),
                ("talk to a VM", socket(40, Int32(SOCK_STREAM.rawValue), 0) >= 0),
                ("send raw packets", socket(AF_INET, Int32(SOCK_RAW.rawValue), 1) >= 0),
                ("see all packets", socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0) >= 0),
                ("send pings", socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) < 0),
                ("listen elsewhere", unsafe aiu_internet_listen(here, 4, &port, 0) >= 0),
                ("bind a socket", unsafe aiu_internet_listen(here, 4, &port, 1) >= 0),
                ("listen on what it has", listen(inherited, 1) == 0), ("signal a process", kill(getppid(), 0) == 0),
                ("leave its name space", unsafe chroot("/") == 0),
                (
                    "map code",
                    unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
                ),
            ]
            for (what, succeeded) in attempts where succeeded {
                print("could \(what)")
                exit(1)
            }
            // Its work is left to it.
            guard socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0) >= 0,
                unsafe aiu_internet_connect(1, here, 4, 53, nil) >= 0
            else { exit(2) }
            exit(0)
        }
    }

    @Test("executing another program is the end")
    func execute() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            _ = Self.egress(nil).apply()
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            _ = unsafe execve("/bin/true", &arguments, nil)
            exit(0)
        }
    }

    @Test("tracing another process is the end")
    func trace() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            typealias Trace = @convention(c) (Int32, Int32, UInt, UInt) -> Int
            guard let symbol = unsafe dlsym(nil, "ptrace") else { exit(1) }
            let trace = unsafe unsafeBitCast(symbol, to: Trace.self)
            _ = Self.egress(nil).apply()
            _ = trace(16, getppid(), 0, 0)
            exit(0)
        }
    }

    @Test("its memory is neither dumped nor read by others")
    func memory() async {
        await #expect(processExitsWith: .success) {
            var confinement = Self.egress(getuid() == 0 ? .init(user: 65534, group: 65534) : nil)
            // So that the test can still look.
            confinement.systemCalls = nil
            confinement.paths = [PathGrant("/proc", .read)]
            _ = confinement.apply()
            var limit = rlimit()
            guard unsafe getrlimit(__rlimit_resource_t(4), &limit) == 0, limit.rlim_max == 0 else { exit(1) }
            var information = stat()
            guard unsafe stat("/proc/self/status", &information) == 0 else { exit(2) }
            // Files about a process whose memory is hidden are root's.
            exit(information.st_uid == 0 && getuid() != 0 ? 0 : 3)
        }
    }
}
