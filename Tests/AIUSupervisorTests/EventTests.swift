import AIUModel
import AIUSupervisor
import Synchronization
import Testing

@Suite("Readers of events")
struct EventTests {
    private let world = World()
    private var supervisor: Supervisor { world.supervisor }

    /// Records events as if somebody had used VMs a lot.
    private func happen(_ times: Int) throws {
        for _ in 0..<times { _ = try world.store.append(.updated, vm: nil, id: nil, detail: nil) }
    }

    private func read(_ stream: AsyncStream<VMEvent>, _ count: Int) async -> [Int64] {
        var seen: [Int64] = []
        for await event in stream {
            seen.append(event.sequence)
            if seen.count == count { break }
        }
        return seen
    }

    @Test("one that begins far back misses nothing, whatever happens meanwhile", arguments: [0, 255, 256, 257, 5000])
    func farBack(count: Int) async throws {
        try happen(count)
        try await supervisor.recover()
        let stream = try await supervisor.eventStream(after: 0)
        _ = try await supervisor.create(CreateVM(name: "x"))
        #expect(await read(stream, count + 2) == Array(1...Int64(count + 2)))
    }

    @Test("one that is slow misses nothing, and those who are quick do not wait for it")
    func slow() async throws {
        try await supervisor.recover()
        let slow = try await supervisor.eventStream(after: 0)
        let quick = try await supervisor.eventStream(after: 0)
        try happen(3000)
        _ = try await supervisor.create(CreateVM(name: "x"))
        #expect(await read(quick, 3002).last == 3002)
        #expect(await read(slow, 3002) == Array(1...3002))
    }

    @Test("one that asks beyond the end gets what happens from now on", arguments: [4, 5, .max] as [Int64])
    func fromNowOn(after: Int64) async throws {
        try happen(3)
        try await supervisor.recover()
        let stream = try await supervisor.eventStream(after: after)
        _ = try await supervisor.create(CreateVM(name: "x"))
        #expect(await read(stream, 1) == [5])
    }

    @Test("many that wait are all told; what was said before the end is still read")
    func finished() async throws {
        try await supervisor.recover()
        let supervisor = supervisor
        let readers = try await withThrowingTaskGroup(of: [VMEvent.Kind].self) { group in
            for _ in 0..<20 {
                let stream = try await supervisor.eventStream(after: 0)
                group.addTask {
                    var kinds: [VMEvent.Kind] = []
                    for await event in stream { kinds.append(event.kind) }
                    return kinds
                }
            }
            try await Task.sleep(for: .milliseconds(50))
            await supervisor.finish()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(readers.count == 20)
        #expect(readers.allSatisfy { $0 == [.supervisorStarted, .supervisorStopping] })
    }

    @Test("one that goes away while it waits is let go", .timeLimit(.minutes(1)))
    func leaves() async throws {
        try await supervisor.recover()
        let stream = try await supervisor.eventStream(after: .max)
        let reader = Task { () -> VMEvent? in
            for await event in stream { return event }
            return nil
        }
        try await Task.sleep(for: .milliseconds(50))
        reader.cancel()
        #expect(await reader.value == nil)
    }

    @Test("what cannot be read is refused")
    func unreadable() async throws {
        try await supervisor.recover()
        world.store.state.withLock { $0.refusal = Failure(.damaged, "it is damaged") }
        await #expect(throws: Failure.self) { try await supervisor.eventStream(after: 0) }
    }
}
