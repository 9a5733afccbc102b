import AIUHypervisor
import AIUSystem
import Glibc
import Testing

@Suite("Orphans")
struct OrphanReaperTests {
    @Test("a daemon that a child leaves behind becomes ours, and is reaped when it ends; a child of ours is left alone")
    func adopts() async throws {
        let reaper = try #require(OrphanReaper())
        try await withTemporaryFolder { folder in
            await reaper.begin()
            let ours = try Child.spawn(SpawnRequest("/bin/true"))
            let script = "setsid sh -c 'sleep 60 & echo $! > \(folder)/pid'"
            let parent = try Child.spawn(SpawnRequest("/bin/sh", ["-c", script], environment: ["PATH=/usr/bin:/bin"]))
            #expect(try parent.wait() == .exited(0))
            await reaper.end()
            let bytes = try Files.read("\(folder)/pid")
            let orphan = String(decoding: bytes, as: UTF8.self).filter(\.isNumber)
            let status = String(decoding: try Files.read("/proc/\(orphan)/status"), as: UTF8.self)
            #expect(status.contains("PPid:\t\(getpid())\n"))
            let number = try #require(Int32(orphan))
            #expect(kill(number, SIGKILL) == 0)
            let limit = ContinuousClock.now + .seconds(10)
            while Files.exists("/proc/\(orphan)"), .now < limit { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!Files.exists("/proc/\(orphan)"))
            #expect(try ours.wait() == .exited(0))
        }
    }
}
