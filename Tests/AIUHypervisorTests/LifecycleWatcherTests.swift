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
            (4, 0, .other), (6, 1, .other), (99, 0, .other), (-1, -1, .other),
        ])
    func numbers(event: Int32, detail: Int32, change: LifecycleChange) {
        #expect(LifecycleChange(event: event, detail: detail) == change)
    }

    private func endings(_ changes: [(LifecycleChange, String)]) async -> [HypervisorEvent.Ending] {
        let watcher = LifecycleWatcher()
        for (change, name) in changes { watcher.heard(change, of: name) }
        watcher.finish()
        return await watcher.events.reduce(into: []) { $0.append($1.ending) }
    }

    @Test("a panic is told once, when QEMU is gone; the next life starts afresh")
    func panic() async {
        let name = "aiu-0123456789ab"
        let lives: [LifecycleChange] = [
            .started, .panicked, .stopped(.crashed), .started, .stopped(.shutdown), .panicked, .started,
            .stopped(.destroyed),
        ]
        #expect(await endings(lives.map { ($0, name) }) == [.panicked, .shutdown, .destroyed])
    }

    @Test("machines of others are not heard")
    func strangers() async {
        #expect(await endings([(.stopped(.shutdown), "debian"), (.stopped(.crashed), "aiu-")]).isEmpty)
    }
}
