import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: the console", .serialized, .enabled(if: Machine.isAvailable))
struct AttachTests {
    @Test("Enter on the console gives a shell of the unprivileged user; the kernel still speaks there")
    func shell() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let console = try Console(of: machine)
        try console.expect("OK\n")
        // A line of the kernel's, of a level that goes to the console.
        try machine.succeed(
            "exec", "--user", "root", "box", "--", "sh", "-c", "echo '<2>a word of the kernel' >/dev/kmsg")
        try console.expect("a word of the kernel")
        #expect(try !machine.succeed("exec", "box", "--", "ps", "-e", "-o", "tty").contains("ttyS0"))
        try console.start()
        try console.type("id -un; tty; stty -a | grep -ow isig; echo done-$((40+2))\r")
        try console.expect("aiu\r\n/dev/ttyS0\r\nisig\r\ndone-42")
        // Neither root nor the agent's own way to the host.
        try console.type(
            "cat /etc/shadow; python3 -c 'import socket; socket.socket(socket.AF_VSOCK)'; echo end-$((1+1))\r")
        let refused = try console.expect("end-2")
        #expect(refused.contains("Permission denied"))
        #expect(refused.contains("Address family not supported"))
        // Counted and bound like any command.
        try console.type("cat /proc/self/cgroup\r")
        try console.expect("/work/")
        // Ctrl-C reaches what runs in front.
        try console.type("sleep 600\r")
        usleep(300_000)
        try console.type("\u{3}")
        try console.type("echo after-$((2+2))\r")
        try console.expect("after-4")
        try console.type("stty raw -echo; exit\r")
        try console.expect("Enter starts another")
        try console.start()
        // A shell on the console is no reason for a stop to wait.
        let began = ContinuousClock.now
        try machine.succeed("stop", "box")
        #expect(ContinuousClock.now - began < .seconds(20))
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("the console works while the agent is not there to be called")
    func withoutAgent() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let first = try Console(of: machine)
        try first.expect("OK\n")
        let second = try Console(of: machine)
        try second.expect("BUSY\n")
        // What the guest floods is recorded in a bounded file, and nobody waits for us to read.
        try machine.succeed(
            "exec", "--user", "root", "box", "--", "sh", "-c", "timeout 10 yes flooding >/dev/ttyS0; true")
        let vms = try Files.names(in: "\(machine.state)/vms")
        for vm in vms {
            for name in try Files.names(in: "\(machine.state)/vms/\(vm)") where name.contains("console") {
                #expect(try Files.metadata("\(machine.state)/vms/\(vm)/\(name)").st_size <= 256 << 10)
            }
        }
        #expect(try machine.succeed("exec", "box", "--", "echo", "still") == "still")
        try machine.succeed("delete", "--force", "--purge", "box")
    }
}

/// A client of a VM's console, as `aiu attach` is one.
private final class Console {
    private let socket: FileDescriptor
    private var text = ""

    init(of machine: borrowing Machine) throws {
        let folders = try Files.names(in: "\(machine.state)/run/vm")
        socket = try UnixSocket.connect("\(machine.state)/run/vm/\(try #require(folders.first))/console_attach")
        try socket.setNonBlocking()
    }

    func type(_ text: String) throws { try socket.writeAll(Array(text.utf8)) }

    /// Presses Enter until the shell is there: the first may come before the agent listens.
    func start() throws {
        try type("\r")
        try expect("with a shell of aiu", pressing: "\r")
        try expect("$ ")
    }

    /// Waits for a text; what came before it.
    @discardableResult
    func expect(_ wanted: String, pressing key: String? = nil) throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        var turns = 0
        while !text.contains(wanted) {
            try #require(.now < deadline, "the console did not say '\(wanted)' but '\(text.suffix(500))'")
            if let part = try socket.read(upTo: 4096) {
                try #require(!part.isEmpty, "the console ended after '\(text.suffix(500))'")
                text += String(decoding: part, as: UTF8.self)
                continue
            }
            usleep(20_000)
            turns += 1
            if let key, turns % 250 == 0 { try type(key) }
        }
        guard let range = text.firstRange(of: wanted) else { return "" }
        defer { text = String(text[range.upperBound...]) }
        return String(text[..<range.lowerBound])
    }
}
