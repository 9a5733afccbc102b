import AIUSandbox
import AIUSystem
import Glibc
import Testing

/// What the process with the models can no longer do. Each test gives its own child process up.
struct ModelServerFilterTests {
    @Test("files are not written, processes not started or signalled, sockets not made, code not brought in")
    func refused() async {
        await #expect(processExitsWith: .success) {
            try SystemCallFilter.modelServer.load()
            func refused(_ what: String, _ result: Int) {
                if result >= 0 || errno != EPERM {
                    print("\(what): \(result), \(errno)")
                    exit(1)
                }
            }
            let path = "/tmp/aiu-filter"
            for flags in [O_WRONLY, O_RDWR, O_CREAT, O_RDONLY | O_TRUNC, O_RDWR | 0o20200000] {
                refused("open with \(flags)", Int(unsafe open(path, flags, 0o600)))
            }
            refused("remove a file", Int(unsafe unlink(path)))
            refused("rename a file", Int(unsafe rename(path, "\(path)-2")))
            refused("make a folder", Int(unsafe mkdir(path, 0o700)))
            refused("change a mode", Int(unsafe chmod("/tmp", 0o777)))
            for family in [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_VSOCK] {
                refused("a socket of \(family)", Int(socket(family, Int32(SOCK_STREAM.rawValue), 0)))
            }
            var pair: [Int32] = [0, 0]
            refused("a pair of sockets", Int(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)))
            refused("connect", Int(connect(0, nil, 0)))
            refused("bind", Int(bind(0, nil, 0)))
            refused("listen", Int(listen(0, 1)))
            var process = pid_t()
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            guard unsafe posix_spawn(&process, "/bin/true", nil, nil, &arguments, nil) == EPERM else { exit(3) }
            refused("signal another process", Int(kill(1, 0)))
            refused("signal itself", Int(kill(getpid(), 0)))
            refused("give a file away", Int(unsafe chown("/tmp", 0, 0)))
            refused("leave the name space", Int(unsafe mount(nil, "/", nil, 0, nil)))
            var limit = rlimit(rlim_cur: 10, rlim_max: 10)
            refused("set a limit", Int(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)))
            let code = unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard unsafe code == MAP_FAILED else { exit(2) }
            let data = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            refused("make data code", Int(unsafe mprotect(data, 4096, PROT_READ | PROT_EXEC)))
            exit(0)
        }
    }

    @Test("executing another program is the end")
    func execute() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try SystemCallFilter.modelServer.load()
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            _ = unsafe execve("/bin/true", &arguments, nil)
            exit(0)
        }
    }

    @Test("tracing another process is the end")
    func trace() async {
        await #expect(processExitsWith: .signal(SIGSYS)) { try Self.attack(101) }
    }

    @Test("reading the memory of another process is the end")
    func peek() async {
        await #expect(processExitsWith: .signal(SIGSYS)) { try Self.attack(310) }
    }

    @Test("writing the memory of another process is the end")
    func poke() async {
        await #expect(processExitsWith: .signal(SIGSYS)) { try Self.attack(311) }
    }

    @Test("a program for the kernel is the end")
    func program() async {
        await #expect(processExitsWith: .signal(SIGSYS)) { try Self.attack(321) }
    }

    /// Makes a system call by its number under the filter; what it is given does not matter.
    private static func attack(_ number: Int) throws {
        typealias Call = @convention(c) (Int, Int, Int, Int, Int) -> Int
        guard let address = unsafe dlsym(nil, "syscall") else { exit(2) }
        let call = unsafe unsafeBitCast(address, to: Call.self)
        try SystemCallFilter.modelServer.load()
        exit(call(number, 0, 0, 0, 0) == 0 ? 0 : 1)
    }

    @Test("what models need still works: files to read, threads, memory, connections, its own end")
    func allowed() async {
        await #expect(processExitsWith: .signal(SIGABRT)) {
            let path = "/tmp/aiu-filter-\(getpid()).sock"
            let listener = try UnixSocket.listen(path)
            let caller = try UnixSocket.connect(path)
            unsafe unlink(path)
            try SystemCallFilter.modelServer.load()
            guard try Files.read("/etc/passwd").count > 0, try Files.names(in: "/usr").count > 0 else { exit(1) }
            var thread = pthread_t()
            guard unsafe pthread_create(&thread, nil, { _ in nil }, nil) == 0, pthread_join(thread, nil) == 0
            else { exit(2) }
            guard let server = try UnixSocket.accept(listener) else { exit(3) }
            try server.setNonBlocking(false)
            try caller.writeAll([1])
            guard try server.readAll(count: 1) == [1] else { exit(4) }
            let file = try FileDescriptor.open("/etc/passwd", O_RDONLY)
            guard unsafe mmap(nil, 4096, PROT_READ, MAP_SHARED, file.raw, 0) != MAP_FAILED else { exit(5) }
            guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 0 else { exit(6) }
            abort()
        }
    }
}
