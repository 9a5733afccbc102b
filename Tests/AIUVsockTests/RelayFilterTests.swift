import AIUSandbox
import AIUSystem
import Glibc
import Testing

/// What a guest's program that only passes bytes on can no longer do.
struct RelayFilterTests {
    @Test("sockets lead to the host and nowhere else; files, processes and code are out of reach")
    func refused() async {
        await #expect(processExitsWith: .success) {
            let loop = try EventLoop()
            try SystemCallFilter.vsockRelay.load()
            func refused(_ what: String, _ result: Int) {
                if result >= 0 || errno != EPERM {
                    print("\(what): \(result), \(errno)")
                    exit(1)
                }
            }
            for family in [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET] {
                refused("a socket of \(family)", Int(socket(family, Int32(SOCK_STREAM.rawValue), 0)))
            }
            refused("open a file", Int(unsafe open("/etc/passwd", O_RDONLY)))
            refused("make a file", Int(unsafe open("/tmp/aiu-relay", O_WRONLY | O_CREAT, 0o600)))
            refused("remove a file", Int(unsafe unlink("/tmp/aiu-relay")))
            refused("bind", Int(bind(0, nil, 0)))
            refused("listen", Int(listen(0, 1)))
            refused("signal another process", Int(kill(1, 0)))
            // What it is for still works.
            try loop.turn(waitingAtMost: .zero)
            exit(0)
        }
    }
}
