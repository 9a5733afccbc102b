import AIUGuest
import AIUSystem
import AIUWire
import CLinux
import Glibc
import Testing

/// The console's shell, with a pseudo-terminal for a console.
@Suite("The shell on the console")
struct ConsoleShellTests {
    @Test("Enter starts a shell with the console as its controlling terminal; its end waits for Enter again")
    func life() throws {
        let rig = try Rig { $0.userDatabase = "/dev/null" }
        let console = try Console(rig)
        let shell = ConsoleShell(context: rig.context, path: console.path)
        shell.start()
        for round in 1...2 {
            try console.type("\n")
            try console.expect("with a shell of")
            try console.type(
                "echo round-$((\(round)+40)); tty; ps -o tpgid=,sid= -p $$ | tr -s ' '; stty raw -echo; exit\n")
            try console.expect("round-\(round + 40)")
            try console.expect(console.path)
            try console.expect("Enter starts another")
        }
        shell.stop()
    }

    @Test("no shell starts once the machine is being stopped")
    func stopped() throws {
        let rig = try Rig { $0.userDatabase = "/dev/null" }
        let console = try Console(rig)
        let shell = ConsoleShell(context: rig.context, path: console.path)
        shell.start()
        shell.stop()
        shell.start()
        try console.type("\n")
        for _ in 0..<20 { try rig.turn() }
        try console.read()
        #expect(!console.text.contains("shell"))
    }

    @Test("a flood of lines before a shell is dropped, and starts one shell")
    func flood() throws {
        let rig = try Rig { $0.userDatabase = "/dev/null" }
        let console = try Console(rig)
        let shell = ConsoleShell(context: rig.context, path: console.path)
        for _ in 0..<200 { try console.type("exit\n") }
        shell.start()
        try console.expect("with a shell of")
        try console.type("echo alive-$((6*7))\n")
        try console.expect("alive-42")
        try console.type("exit\n")
        try console.expect("Enter starts another")
        shell.stop()
    }

    @Test("a machine without a console goes on, and its journal says so")
    func absent() throws {
        let rig = try Rig()
        ConsoleShell(context: rig.context, path: "/nonexistent/tty").start()
        #expect(rig.journal.takeBatch().contains { $0.text.contains("/nonexistent/tty") })
    }
}

/// The host's end of a pseudo-terminal.
private final class Console {
    let path: String
    private let rig: Rig
    private let master: FileDescriptor
    /// As the kernel's own console, it stays open while nobody is there.
    private let kernel: FileDescriptor
    private(set) var text = ""

    init(_ rig: Rig) throws {
        self.rig = rig
        var ends: [Int32] = [-1, -1]
        try SystemError.check(unsafe aiu_open_terminal(24, 80, nil, &ends), "open a terminal")
        master = FileDescriptor(owning: ends[0])
        kernel = FileDescriptor(owning: ends[1])
        var name = [CChar](repeating: 0, count: 64)
        try #require(unsafe ttyname_r(kernel.raw, &name, name.count) == 0)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func type(_ text: String) throws { _ = try master.write(Array(text.utf8)) }

    func read() throws {
        do throws(SystemError) {
            while let part = try master.read(upTo: 4096), !part.isEmpty {
                text += String(decoding: part, as: UTF8.self)
            }
        } catch {
            // A terminal that was hung up and not yet opened again has nothing to read.
        }
    }

    /// Turns until a text has come, and forgets what came up to it.
    func expect(_ wanted: String) throws {
        try rig.wait {
            try read()
            return text.contains(wanted)
        }
        guard let end = text.firstRange(of: wanted)?.upperBound else { return }
        text = String(text[end...])
    }
}
