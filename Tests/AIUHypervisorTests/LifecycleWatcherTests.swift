import AIUHypervisor
import AIUModel
import Testing

@Suite("Endings")
struct LifecycleWatcherTests {
    /// Numbers as libvirt's virDomainEventType and its details define them.
    @Test(
        "libvirt's numbers become endings",
        arguments: [
            (5, 0, LifecycleChange.stopped(.shutdown)), (5, 1, .stopped(.destroyed)), (5, 2, .stopped(.crashed)),
            (5, 5, .stopped(.crashed)), (5, 99, .stopped(.crashed)), (8, 0, .panicked), (8, 1, .other),
            (2, 0, .started),
            // Suspended by us, by an error of the disk, for a snapshot; resumed.
            (3, 0, .other), (3, 2, .stalled), (3, 5, .other), (4, 0, .other), (6, 1, .other), (99, 0, .other),
            (-1, -1, .other),
        ])
    func numbers(event: Int32, detail: Int32, change: LifecycleChange) {
        #expect(LifecycleChange(event: event, detail: detail) == change)
    }

    private func happened(_ changes: [(LifecycleChange, String)]) async -> [HypervisorEvent.Change] {
        let watcher = LifecycleWatcher()
        for (change, name) in changes { watcher.heard(change, of: name) }
        watcher.finish()
        return await watcher.events.reduce(into: []) { $0.append($1.change) }
    }

    @Test("a panic is told once, when QEMU is gone; the next life starts afresh")
    func panic() async {
        let name = "aiu-0123456789ab"
        let lives: [LifecycleChange] = [
            .started, .panicked, .stopped(.crashed), .started, .stopped(.shutdown), .panicked, .started,
            .stopped(.destroyed),
        ]
        #expect(await happened(lives.map { ($0, name) }) == [.ended(.panicked), .ended(.shutdown), .ended(.destroyed)])
    }

    @Test("a machine that its disk holds up is told apart from one that ended")
    func stall() async {
        let name = "aiu-0123456789ab"
        let life: [LifecycleChange] = [.started, .stalled, .other, .stopped(.shutdown)]
        #expect(await happened(life.map { ($0, name) }) == [.stalled, .ended(.shutdown)])
    }

    @Test("machines of others are not heard")
    func strangers() async {
        #expect(await happened([(.stopped(.shutdown), "debian"), (.stopped(.crashed), "aiu-")]).isEmpty)
    }

    @Test("after a time of silence, each machine that is gone is told once, and none that was told or runs")
    func silence() async {
        let watcher = LifecycleWatcher()
        let names = (1...5).map { "aiu-00000000000\($0)" }
        for name in names.prefix(4) { watcher.heard(.started, of: name) }
        let believed = watcher.running
        watcher.heard(.stopped(.shutdown), of: names[1])  // heard between the two looks
        watcher.heard(.started, of: names[4])  // later than what is believed
        watcher.saw(running: [names[0], "debian"], stalled: [names[0]], believed: believed)
        watcher.saw(running: [names[0]], stalled: [], believed: believed)
        watcher.finish()
        let heard = await watcher.events.reduce(into: []) { $0.append("\($1.id) \($1.change)") }
        #expect(
            heard == [
                "000000000002 ended(\(ending(.shutdown)))", "000000000003 ended(\(ending(.crashed)))",
                "000000000004 ended(\(ending(.crashed)))", "000000000001 stalled",
            ])
        #expect(watcher.running.map(\.text).sorted() == ["000000000001", "000000000005"])
    }

    private func ending(_ ending: HypervisorEvent.Ending) -> String { String(reflecting: ending) }
}
