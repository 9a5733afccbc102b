import AIUGuest
import AIUSystem
import AIUTransfer
import AIUWire
import Glibc
import Testing

@Suite("Copies through the agent")
struct CopyTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let path = "/tmp/aiu-copy-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder(path, mode: 0o755)
        defer {
            // Left over at worst.
            try? Files.removeTree(path)
        }
        try body(path)
    }

    @Test("into the guest and back, a tree stays what it was")
    func roundTrip() throws {
        try inFolder { folder in
            try Files.makeFolder("\(folder)/from/sub", mode: 0o750)
            let big = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try Files.replace("\(folder)/from/sub/big", with: big, mode: 0o640)
            try Files.replace("\(folder)/from/small", with: [1, 2, 3], mode: 0o755)
            let rig = try Rig {
                $0.workspace = folder
                $0.flushedFolder = folder
            }

            let put = try rig.connect()
            try put.request(.put(PutRequest(path: "guest", name: "from")))
            let sender = try TreeSender(path: "\(folder)/from")
            while let frame = try sender.nextFrame() { try put.send(frame) }
            let answer = try #require(try put.next())
            #expect(answer.kind == .done)
            #expect(try answer.message(as: TransferSummary.self) == sender.summary)

            let get = try rig.connect()
            try get.request(.get(GetRequest(path: "\(folder)/guest")))
            let receiver = try TreeReceiver(
                at: try Destination(path: "\(folder)/back", sourceName: "guest", intoFolder: false))
            while let frame = try get.next() { _ = try receiver.receive(frame) }
            #expect(try Files.read("\(folder)/back/sub/big") == big)
            #expect(try Files.metadata("\(folder)/back/sub/big").st_mode & 0o777 == 0o640)
            #expect(try Files.metadata("\(folder)/back/small").st_mode & 0o777 == 0o755)
        }
    }

    @Test("a put that fails says why and leaves nothing half made")
    func failures() throws {
        try inFolder { folder in
            let rig = try Rig { $0.workspace = folder }
            let requests: [(PutRequest, OperationFailure.Reason)] = [
                (PutRequest(path: "no/such/folder/x", name: "x"), .notFound),
                (PutRequest(path: "missing", name: "x", intoFolder: true), .notFound),
                (PutRequest(path: ".", name: ".."), .invalid),
                (PutRequest(path: ".", name: "a/b"), .invalid),
                (PutRequest(path: "a\0b", name: "x"), .invalid),
            ]
            for (request, reason) in requests {
                let client = try rig.connect()
                try client.request(.put(request))
                let failure = try client.ended().failure
                #expect(failure?.reason == reason, "\(request): \(failure?.message ?? "-")")
            }
            let client = try rig.connect()
            try client.request(.put(PutRequest(path: "f", name: "f")))
            let entry = TransferEntry(path: "", kind: .file, mode: 0o644, size: 3, modified: 0)
            try client.send(try Frame(.entry, encoding: entry))
            try client.send(.data, [1, 2, 3])
            try client.send(.entryEnd, [UInt8](repeating: 0, count: 32))
            #expect(try client.ended().failure?.message.contains("checksum") == true)
            #expect(try Files.names(in: folder) == [])
        }
    }

    @Test("a get that fails says why")
    func getFailures() throws {
        let rig = try Rig()
        for (path, reason) in [
            ("/no/such/thing", OperationFailure.Reason.notFound), ("/dev/null", .unsupported), ("a\0b", .invalid),
        ] {
            let client = try rig.connect()
            try client.request(.get(GetRequest(path: path)))
            #expect(try client.ended().failure?.reason == reason)
        }
    }

    @Test("a link that somebody else made does not lead a put away")
    func foreignLink() throws {
        // Only root can make a link that belongs to somebody else.
        guard geteuid() == 0 else { return }
        try inFolder { folder in
            try Files.makeFolder("\(folder)/target")
            for (name, owner) in [("theirs", UInt32(1000)), ("ours", 0)] {
                #expect(unsafe symlink("target", "\(folder)/\(name)") == 0)
                #expect(unsafe lchown("\(folder)/\(name)", owner, owner) == 0)
            }
            let rig = try Rig { $0.workspace = folder }
            for (name, works) in [("theirs", false), ("ours", true)] {
                let client = try rig.connect()
                try client.request(.put(PutRequest(path: name, name: "f", intoFolder: true)))
                let entry = TransferEntry(path: "", kind: .folder, mode: 0o755, size: 0, modified: 0)
                try client.send(try Frame(.entry, encoding: entry))
                try client.send(try Frame(.done, encoding: TransferSummary(entries: 1, bytes: 0)))
                let last = try client.next()
                #expect(last?.kind == (works ? .done : .failed))
            }
            #expect(try Files.names(in: "\(folder)/target") == ["f"])
        }
    }

    @Test("a copy that the host breaks off leaves nothing half made")
    func brokenOff() throws {
        try inFolder { folder in
            let rig = try Rig { $0.workspace = folder }
            do {
                let client = try rig.connect()
                try client.request(.put(PutRequest(path: "f", name: "f")))
                let entry = TransferEntry(path: "", kind: .file, mode: 0o644, size: 300, modified: 0)
                try client.send(try Frame(.entry, encoding: entry))
                try client.send(.data, [1, 2, 3])
                try rig.wait { try Files.names(in: folder).count == 1 }
            }
            try rig.wait { try Files.names(in: folder).isEmpty }
        }
    }
}
