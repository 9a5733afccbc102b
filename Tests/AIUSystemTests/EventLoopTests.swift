import AIUSystem
import Testing

struct EventLoopTests {
    @Test("timers fire in the order of their times, cancelled ones never")
    func timers() throws {
        let loop = try EventLoop()
        var fired: [Int] = []
        loop.after(.milliseconds(20)) {
            fired.append(2)
            loop.stop()
        }
        loop.after(.milliseconds(5)) { fired.append(1) }
        let cancelled = loop.after(.milliseconds(10)) { fired.append(99) }
        loop.cancel(cancelled)
        try loop.run()
        #expect(fired == [1, 2])
    }

    @Test("work posted from another thread runs on the loop, in order")
    func posted() async throws {
        let loop = try EventLoop()
        nonisolated(unsafe) var seen: [Int] = []
        let remote = loop.remote
        let poster = Task.detached {
            for number in 0..<1000 { remote.post { unsafe seen.append(number) } }
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while unsafe seen.count < 1000, .now < deadline { try loop.turn(waitingAtMost: .milliseconds(100)) }
        await poster.value
        #expect(unsafe seen == Array(0..<1000))
    }

    @Test("a handler may unwatch another descriptor that is ready in the same turn")
    func unwatchInTurn() throws {
        let loop = try EventLoop()
        let (a, b) = try UnixSocket.pair().take()
        let first = FileDescriptor(owning: a)
        let second = FileDescriptor(owning: b)
        try first.writeAll([1])
        try second.writeAll([1])
        var calls = 0
        try loop.watch(a, .read) { _ in
            calls += 1
            loop.unwatch(a)
            loop.unwatch(b)
        }
        try loop.watch(b, .read) { _ in
            calls += 1
            loop.unwatch(a)
            loop.unwatch(b)
        }
        try loop.turn(waitingAtMost: .seconds(1))
        #expect(calls == 1)
        withExtendedLifetime(loop) {}
        _ = first.raw + second.raw
    }
}
