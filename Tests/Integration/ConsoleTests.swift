import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: on a terminal", .serialized, .enabled(if: Machine.isAvailable))
struct ConsoleTests {
    @Test("the console gives a shell and is left again; one person at a time")
    func attach() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let terminal = try PseudoTerminal(machine, "attach", "box")
        try terminal.expect("Ctrl-] leaves")
        try terminal.type("\r")
        try terminal.expect("$ ")
        try terminal.type("echo $((6 * 7)) $(id -un)\r")
        try terminal.expect("42 aiu")
        let second = try PseudoTerminal(machine, "attach", "box")
        #expect(try second.end() != .exited(0))
        try terminal.type("\u{1D}")
        try terminal.expect("left the console")
        #expect(try terminal.end() == .exited(0))
        #expect(try machine.aiu("attach", "box").status == 64)  // no terminal
        try machine.succeed("stop", "box")
        let stopped = try PseudoTerminal(machine, "attach", "box")
        try stopped.expect("aiu start box")
        #expect(try stopped.end() == .exited(1))
    }

    @Test("a sweep asks, and a no changes nothing")
    func question() throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        try machine.succeed("delete", "box")
        for (answer, shown, left) in [("n\r", "left as it is", 1), ("y\r", "is gone", 0)] {
            let terminal = try PseudoTerminal(machine, "prune", "--deleted")
            try terminal.expect("[y/N]")
            try terminal.type(answer)
            try terminal.expect(shown)
            #expect(try terminal.end() == .exited(0))
            #expect(try machine.succeed("ls", "--deleted", "-q").split(separator: "\n").count == left)
        }
    }
}
