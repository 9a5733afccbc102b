import AIUGuest
import AIUWire
import Testing

@Suite("Commands on a terminal")
struct TerminalTests {
    @Test("it is a terminal of the size asked for, and follows the host's window")
    func size() throws {
        let rig = try Rig()
        let client = try rig.connect()
        var request = ExecuteRequest(
            command: [
                "sh", "-c",
                "test -t 0 && test -t 1 && stty size; trap 'stty size; exit 0' WINCH; echo $TERM; while :; do sleep 0.02; done",
            ])
        request.terminal = .init(rows: 33, columns: 101)
        try client.request(.execute(request))
        var text = ""
        while !text.contains("xterm"), let frame = try client.next() {
            if frame.kind == .standardOutput { text += String(decoding: frame.payload, as: UTF8.self) }
        }
        #expect(text == "33 101\r\nxterm-256color\r\n")
        try client.send(.resize, [40, 0, 44, 1])
        let ended = try client.ended()
        #expect(ended.text == "40 300\r\n" && ended.report == ExitReport(status: 0))
    }

    @Test("Ctrl-C, the end of input and echo work as on any terminal")
    func control() throws {
        let rig = try Rig()
        var request = ExecuteRequest(command: ["cat"], input: true)
        request.terminal = .init(rows: 24, columns: 80)
        let ended = try rig.run(request, input: Array("line\n".utf8))
        #expect(ended.text == "line\r\nline\r\n" && ended.report == ExitReport(status: 0))

        let client = try rig.connect()
        request.command = ["sh", "-c", "echo up; exec sleep 60"]
        try client.request(.execute(request))
        while let frame = try client.next(), frame.kind != .standardOutput {}
        try client.send(.standardInput, [3])
        #expect(try client.ended().report == ExitReport(signal: 2))
    }

    @Test("it is the controlling terminal of a session of its own")
    func session() throws {
        let ended = try Rig().shell("ps -o sid=,pid=,tty= -p $$; : >/dev/tty && echo tty") {
            $0.terminal = .init(rows: 24, columns: 80)
        }
        let words = ended.text.split { $0 == " " || $0 == "\r\n" || $0 == "\n" || $0 == "\r" }.map(String.init)
        #expect(words.count == 4 && words[0] == words[1] && words[2].hasPrefix("pts/") && words[3] == "tty")
    }
}
