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
            var leader = SpawnRequest("/bin/true")
            leader.newSession = true
            let oursToo = try Child.spawn(leader)
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
            #expect(try oursToo.wait() == .exited(0))
        }
    }

    @Test("a QEMU that made itself a daemon and ended while nobody looked is reaped all the same")
    func daemons() async throws {
        let reaper = try #require(OrphanReaper())
        try await withTemporaryFolder { folder in
            let program = "\(folder)/qemu-system-test"
            // In the background, where `setsid` need not fork to lead a session.
            let script = "cp /bin/sleep \(program); setsid \(program) 0.2 & echo $! > \(folder)/pid"
            let parent = try Child.spawn(SpawnRequest("/bin/sh", ["-c", script], environment: ["PATH=/usr/bin:/bin"]))
            #expect(try parent.wait() == .exited(0))
            let orphan = String(decoding: try Files.read("\(folder)/pid"), as: UTF8.self).filter(\.isNumber)
            let limit = ContinuousClock.now + .seconds(10)
            while try !String(decoding: Files.read("/proc/\(orphan)/status"), as: UTF8.self).contains("State:\tZ"),
                .now < limit
            { try await Task.sleep(for: .milliseconds(10)) }
            await reaper.begin()
            await reaper.end()
            while Files.exists("/proc/\(orphan)"), .now < limit { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!Files.exists("/proc/\(orphan)"))
        }
    }
}
