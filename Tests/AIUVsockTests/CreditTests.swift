import AIUVsock
import Testing

/// Flow control by numbers alone, near the end of the counters' range too.
struct CreditTests {
    static let starts: [UInt32] = [0, 1 << 31, .max - 50, .max]

    @Test("what is free follows the guest's window and its progress", arguments: starts)
    func free(start: UInt32) {
        var credit = Credit(window: 1000, countersAt: start)
        #expect(credit.free == 0)
        credit.learn(peerWindow: 100, peerForwarded: start)
        #expect(credit.free == 100)
        credit.send(60)
        #expect(credit.free == 40)
        credit.learn(peerWindow: 100, peerForwarded: start &+ 60)
        #expect(credit.free == 100)
    }

    struct Lie: Sendable {
        let window: UInt32
        let forwarded: UInt32
        let free: UInt32
        let comment: Comment
    }

    static let lies: [Lie] = [
        Lie(window: 10, forwarded: 0, free: 0, comment: "the window shrank below what is under way"),
        Lie(window: 50, forwarded: 0, free: 0, comment: "the window shrank to what is under way"),
        Lie(window: 51, forwarded: 0, free: 1, comment: "one byte more than is under way"),
        Lie(window: 100, forwarded: 51, free: 0, comment: "more was forwarded than ever sent"),
        Lie(window: 0, forwarded: 50, free: 0, comment: "no window at all"),
        Lie(window: .max, forwarded: 50, free: .max, comment: "the largest window"),
        Lie(window: .max, forwarded: 51, free: 0, comment: "the largest window and an impossible progress"),
    ]

    @Test("a guest that lies about its window hurts only itself", arguments: lies)
    func lie(lie: Lie) {
        var credit = Credit(window: 1000)
        credit.learn(peerWindow: 100, peerForwarded: 0)
        credit.send(50)
        credit.learn(peerWindow: lie.window, peerForwarded: lie.forwarded)
        #expect(credit.free == lie.free, lie.comment)
    }

    @Test("the guest may fill its window, no more", arguments: starts)
    func receive(start: UInt32) {
        var credit = Credit(window: 100, countersAt: start)
        var answers = [credit.receive(100)]
        let full = credit
        answers.append(credit.receive(1))
        #expect(credit == full)
        credit.forward(30)
        answers.append(credit.receive(31))
        answers.append(credit.receive(30))
        #expect(answers == [true, false, false, true])
    }

    @Test("an update is owed when less than half is known to be left, and there is more", arguments: starts)
    func update(start: UInt32) {
        var credit = Credit(window: 100, countersAt: start)
        credit.learn(peerWindow: 1000, peerForwarded: start)
        _ = credit.receive(51)
        #expect(!credit.owesUpdate, "nothing was taken yet")
        credit.forward(1)
        #expect(credit.owesUpdate)
        credit.announce()
        #expect(!credit.owesUpdate)
        credit.forward(50)
        #expect(!credit.owesUpdate, "the guest knows of half")
    }
}
