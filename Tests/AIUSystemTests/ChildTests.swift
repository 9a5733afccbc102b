import AIUSystem
import Glibc
import Testing

struct ChildTests {
    @Test(
        "an exit status and a signal are told apart",
        arguments: [
            ("exit 7", Child.Outcome.exited(7)),
            ("kill -9 $$", .killed(signal: SIGKILL)),
        ])
    func outcome(script: String, expected: Child.Outcome) throws {
        let child = try Child.spawn(SpawnRequest("/bin/sh", ["-c", script]))
        #expect(try child.wait() == expected)
    }

    @Test("a child sees only the descriptors that it was given, whatever their numbers were")
    func descriptors() throws {
        let (ours, theirs) = try UnixSocket.pair().take()
        let reader = FileDescriptor(owning: ours)
        var request = SpawnRequest(
            "/bin/sh", ["-c", "ls /proc/self/fd | tr '\\n' ' ' >&3"], environment: ["PATH=/usr/bin:/bin"])
        request.descriptors = [-1, 2, 2, theirs]
        let child = try Child.spawn(request)
        close(theirs)
        #expect(try child.wait() == .exited(0))
        let listed = String(decoding: try reader.readToEnd(limit: 1000), as: UTF8.self)
        // 0–3, and the one that `ls` itself opened to read the folder.
        #expect(listed == "0 1 2 3 4 ")
    }

    @Test("a program that is not there is refused with its name")
    func missing() {
        #expect(throws: SpawnError.self) { _ = try Child.spawn(SpawnRequest("/nonexistent/program")) }
    }

    @Test("a folder that is not there is named, not the program")
    func missingFolder() {
        var request = SpawnRequest("/bin/true")
        request.workingDirectory = "/nonexistent"
        do {
            _ = try Child.spawn(request)
            Issue.record("it started")
        } catch {
            #expect(error.description == "cannot run /bin/true in /nonexistent: No such file or directory")
        }
    }
}
