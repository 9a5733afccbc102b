import AIUModel
import AIUStore
import AIUSystem
import Glibc
import Testing

@Suite("The ledger in trouble")
struct LedgerTroubleTests {
    @Test("on a full disk nothing is granted, what ended is remembered, and it goes on when there is room again")
    func fullDisk() async throws {
        try await withLedger { folder in
            let mount = "\(folder.path)/small"
            try Files.makeFolder(mount)
            // Mounting needs root.
            guard unsafe Glibc.mount("none", mount, "tmpfs", 0, "size=1200k") == 0 else { return }
            defer { unsafe umount2(mount, Int32(MNT_DETACH)) }
            let small = LedgerFolder(mount)
            let ledger = try small.open(sweepEvery: .milliseconds(20))
            let budget = LedgerFolder.budget(1_000_000)
            let first = try await ledger.reserve(try LedgerFolder.request("first", [budget]))
            #expect(first.cell.count(5))
            try fill("\(mount)/ballast")
            var refusal: Failure?
            var granted = 0
            while refusal == nil, granted < 3000 {
                let request = try LedgerFolder.request("r\(granted)", [budget])
                do throws(Failure) {
                    _ = try await ledger.reserve(request)
                    granted += 1
                } catch {
                    refusal = error
                }
            }
            #expect(refusal?.reason == .noSpace, "\(refusal?.message ?? "none")")
            await #expect(throws: Failure.self) { try await ledger.settle(first.id, delivered: 5, .done) }
            #expect(!first.cell.count(1))
            try Files.remove("\(mount)/ballast")
            for _ in 0..<200 where try await ledger.history(TokenHistoryQuery(id: first.id)).first?.end != .done {
                try await Task.sleep(for: .milliseconds(20))
            }
            let account = try #require(try await ledger.accounts([budget]).first)
            #expect(account.used == 15 && account.reserved == 110 * granted)
            _ = try await ledger.reserve(try LedgerFolder.request("again", [budget]))
        }
    }

    private func fill(_ path: String) throws {
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT)
        let piece = [UInt8](repeating: 1, count: 4096)
        while (try? file.write(piece)) != nil {}  // until there is no room
    }

    @Test("files that are no ledger are refused in words")
    func foreign() async throws {
        try await withLedger { folder in
            try Files.replace("\(folder.path)/ledger.db", with: Array("this is no database at all".utf8))
            let failure = #expect(throws: Failure.self) { try folder.open() }
            #expect(failure?.reason == .damaged && failure?.message.contains("ledger.db") == true)
            try Files.remove("\(folder.path)/ledger.db")
            // The supervisor's own database.
            _ = try SQLiteStore(path: "\(folder.path)/ledger.db")
            #expect(#expect(throws: Failure.self) { try folder.open() }?.reason == .unsupported)
        }
    }

    @Test("many at once share the wait for the disk, and never get more than there is")
    func crowd() async throws {
        try await withLedger { folder in
            let ledger = try folder.open()
            let budget = LedgerFolder.budget(1000)
            let granted = await withTaskGroup(of: Int.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        // Refused when the budget is used up, which is what is counted here.
                        guard let request = try? LedgerFolder.request("r\(index)", prompt: 1, response: 9, [budget]),
                            let grant = try? await ledger.reserve(request)
                        else { return 0 }
                        return grant.promptTokens + grant.responseTokens
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(granted == 1000)
        }
    }

    @Test("killed again and again, not a token is lost or given twice")
    func storm() async throws {
        let folder = "/proc/self/exe"
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink(folder, &buffer, buffer.count - 1)
        let own = String(decoding: buffer[..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var place = own.split(separator: "/").dropLast()
        // The tests' bundle may lie in a folder of its own.
        while !place.isEmpty, !Files.exists("/" + place.joined(separator: "/") + "/aiu-ledger-storm") {
            place = place.dropLast()
        }
        let program = "/" + place.joined(separator: "/") + "/aiu-ledger-storm"
        // ThreadSanitizer sees the program's locks only through a library that is loaded first.
        let preload = unsafe getenv("LD_PRELOAD").map { ["LD_PRELOAD=\(unsafe String(cString: $0))"] } ?? []
        let child = try Child.spawn(
            SpawnRequest(
                program, ["--seeds", "10", "--first", "\(UInt32.random(in: 1...(.max)))"], environment: preload))
        #expect(try child.wait() == .exited(0))
    }
}
