import AIUSandbox
import AIUSystem
import Glibc
import Testing

/// What the counting program can no longer do once it reads vocabularies.
struct ConfinementTests {
    @Test("files, sockets, processes, threads and code are out of reach")
    func refused() async {
        await #expect(processExitsWith: .success) {
            var confinement = Confinement()
            // Without the limit into which a sanitizer's memory does not fit.
            confinement.limits = [ResourceLimit(.fileSize, 0)]
            confinement.systemCalls = .vocabularyServer
            _ = confinement.apply()
            var thread = pthread_t()
            let attempts: [(String, Bool)] = [
                ("read a file", unsafe open("/etc/passwd", O_RDONLY) >= 0),
                ("make a file", unsafe open("/tmp/aiu-tokens-confined", O_CREAT | O_WRONLY, 0o600) >= 0),
                ("remove a file", unsafe unlink("/tmp/aiu-tokens-victim") == 0),
                ("use the network", socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) >= 0),
                ("make a socket", socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0),
                ("signal a process", kill(getppid(), 0) == 0),
                ("start a process", fork() >= 0),
                ("start a thread", unsafe pthread_create(&thread, nil, { _ in nil }, nil) == 0),
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

    @Test("executing another program is the end")
    func execute() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            var confinement = Confinement()
            confinement.systemCalls = .vocabularyServer
            _ = confinement.apply()
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            _ = unsafe execve("/bin/true", &arguments, nil)
            exit(0)
        }
    }
}
