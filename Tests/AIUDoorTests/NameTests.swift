import AIUDoor
import AIUSystem
import Testing

@Suite("Questions for names")
struct NameTests {
    private static let question: [UInt8] =
        [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7] + Array("example".utf8) + [3] + Array("org".utf8) + [
            0, 0, 1, 0, 1,
        ]

    @Test("a question goes to the host with its length, and the answer to who asked", arguments: [false, true])
    func lookup(inPieces: Bool) throws {
        let rig = try DoorRig()
        try rig.ask(Self.question)
        let host = try rig.nextHost()
        #expect(
            try rig.receive(Self.question.count + 2, from: host) == [0, UInt8(Self.question.count)] + Self.question)
        var answer = Self.question
        answer[2] |= 0x80
        let message = [0, UInt8(answer.count)] + answer
        for part in inPieces ? message.map({ [$0] }) : [message] {
            _ = try host.write(part)
            try rig.turn()
        }
        #expect(try rig.nextAnswer() == answer)
    }

    @Test("an answer that is too long is marked, so that the asker uses a stream")
    func truncation() throws {
        let rig = try DoorRig()
        try rig.ask(Self.question)
        let host = try rig.nextHost()
        _ = try rig.receive(Self.question.count + 2, from: host)
        var answer = Self.question + [UInt8](repeating: 1, count: 2000)
        answer[2] |= 0x80
        answer[7] = 50
        _ = try host.write([UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer)
        var expected = Self.question
        expected[2] |= 0x82
        #expect(try rig.nextAnswer() == expected)
    }

    @Test(
        "what has no plain question is cut to its head",
        arguments: [
            [UInt8](repeating: 0, count: 12), [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 0x0C],
            [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63], [1, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1],
        ])
    func odd(message: [UInt8]) {
        let cut = NameMessage.truncated(message)
        #expect(cut.count == 12 && cut[2] & 2 == 2 && cut[4...].allSatisfy { $0 == 0 })
    }

    @Test("a host that is silent, refuses or goes costs one question, not the next")
    func silence() throws {
        var limits = DoorLimits()
        limits.lookupTime = .milliseconds(50)
        limits.lookups = 1
        let rig = try DoorRig(limits: limits)
        try rig.ask(Self.question)
        _ = try rig.nextHost()
        // Meanwhile the one place is taken.
        try rig.ask(Self.question)
        for _ in 0..<20 { try rig.turn() }
        #expect(rig.hosts.isEmpty)
        try rig.ask(Self.question)
        let host = try rig.nextHost()
        host.closeNow()
        try rig.ask([1, 2, 3])
        for _ in 0..<20 { try rig.turn() }
        #expect(rig.hosts.isEmpty, "three bytes are no question")
        try rig.ask(Self.question)
        _ = try rig.nextHost()
    }
}
