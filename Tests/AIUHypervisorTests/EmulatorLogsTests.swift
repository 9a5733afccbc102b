import AIUHypervisor
import AIUSystem
import Glibc
import Testing

struct EmulatorLogsTests {
    private static func inScratchRoot(_ body: (String) throws -> Void) throws {
        let root = "/tmp/aiu-qemu-logs-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder("\(root)/log/qemu")
        defer { try? Files.removeTree(root) }  // what is left is in /tmp
        try body(root)
    }

    /// A log whose time says how old it is.
    private static func write(_ name: String, _ second: Int, in root: String) throws {
        let path = "\(root)/log/qemu/\(name).log"
        try Files.replace(path, with: Array("said".utf8))
        var times = [timespec(tv_sec: second, tv_nsec: 0), timespec(tv_sec: second, tv_nsec: 0)]
        try #require(unsafe utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    @Test("a machine's log begins anew at its start, and nobody is asked anything while there are few")
    func anew() throws {
        try Self.inScratchRoot { root in
            try Self.write("mine", 1, in: root)
            try Self.write("other", 2, in: root)
            var questions = 0
            EmulatorLogs(root: root).makeRoom(for: "mine") {
                questions += 1
                return []
            }
            #expect(try Files.names(in: "\(root)/log/qemu") == ["other.log"])
            #expect(questions == 0)
        }
    }

    @Test("of machines that ended the newest logs stay, of those that run all")
    func bounded() throws {
        try Self.inScratchRoot { root in
            let all = EmulatorLogs.kept + EmulatorLogs.slack
            for number in 1...all { try Self.write("vm\(number)", number, in: root) }
            EmulatorLogs(root: root).makeRoom(for: "new") { ["vm1", "vm2"] }
            let kept = Set(try Files.names(in: "\(root)/log/qemu"))
            let newest = (all - EmulatorLogs.kept + 1)...all
            #expect(kept == Set(["vm1.log", "vm2.log"] + newest.map { "vm\($0).log" }))
        }
    }

    @Test("before the first machine there is no folder, and that is fine")
    func none() { EmulatorLogs(root: "/nonexistent").makeRoom(for: "first") { [] } }
}
