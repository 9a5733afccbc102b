import AIUArchive
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// The client's part of an export or import.
private struct Client: ~Copyable {
    let socket: FileDescriptor
    var decoder = FrameDecoder()

    init(_ raw: Int32) { socket = FileDescriptor(owning: raw) }

    mutating func next() throws -> Frame? {
        while true {
            if let frame = try decoder.next() { return frame }
            guard let part = try socket.read(upTo: 65_536), !part.isEmpty else { return nil }
            decoder.feed(part)
        }
    }

    mutating func takeArchive() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let frame = try next() {
            if frame.kind == .done { return bytes }
            #expect(frame.kind == .data)
            bytes += frame.payload
        }
        return []
    }

    func send(_ bytes: [UInt8]) throws {
        for start in stride(from: 0, to: bytes.count, by: 50_000) {
            try socket.writeAll(Frame(.data, Array(bytes[start..<min(start + 50_000, bytes.count)])).encoded)
        }
        try socket.writeAll(Frame(.done).encoded)
    }
}

/// Runs the client's part on a thread of its own: it blocks.
private func client<Result: Sendable>(
    _ raw: Int32, _ body: @escaping @Sendable (inout Client) throws -> Result
) async throws -> Result {
    try await Task.detached {
        var client = Client(raw)
        return try body(&client)
    }.value
}

@Suite("Archives over sockets", .serialized)
struct ServiceTests {
    @Test("an export comes in frames; what came can be imported")
    func thereAndBack() async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a")
            let service = ArchiveService()
            let export = try service.beginExport(sampleVM, diskPath: "\(folder)/a")
            async let taken = client(export.socket) { client in try client.takeArchive() }
            #expect(await export.ended() == nil)
            export.dismiss()
            let bytes = try await taken
            #expect(try bytes == archive(of: "\(folder)/a"))

            let incoming = try service.beginImport()
            async let answer = client(incoming.socket) { client in
                try client.send(bytes)
                return try client.next()
            }
            let contents = try await incoming.contents()
            #expect(contents.vm.name == "web" && contents.data.bytes >= 205_100)
            _ = try emptyDisk("\(folder)/b", size: contents.vm.size.bytes)
            try await incoming.fill("\(folder)/b")
            incoming.accept([1, 2, 3])
            #expect(try await answer == Frame(.done, [1, 2, 3]))
            #expect(try run("/usr/bin/cmp", ["\(folder)/a", "\(folder)/b"]))
        }
    }

    @Test("a client that goes away ends an export, and one that takes nothing does after a while")
    func lostReader() async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a", size: 4 << 20, pieces: [(0, 4 << 20)])
            let export = try ArchiveService().beginExport(sampleVM, diskPath: "\(folder)/a")
            close(export.socket)
            #expect(await export.ended()?.reason == .unavailable)
            let slow = try ArchiveService(patience: .milliseconds(100)).beginExport(sampleVM, diskPath: "\(folder)/a")
            #expect(await slow.ended()?.reason == .timedOut)
            close(slow.socket)
        }
    }

    @Test("a client that gives up, breaks the protocol or does nothing ends an import", arguments: [0, 1, 2, 3, 4])
    func lostWriter(kind: Int) async throws {
        let incoming = try ArchiveService(patience: .milliseconds(100)).beginImport()
        let frames: [[UInt8]?] = [
            nil, Frame(.failed).encoded, [255, 255, 255, 255, 255], Frame(.hello).encoded, Frame(.data, [1]).encoded,
        ]
        if let bytes = frames[kind] { #expect(unsafe write(incoming.socket, bytes, bytes.count) == bytes.count) }
        if kind == 0 { close(incoming.socket) }
        defer { if kind != 0 { close(incoming.socket) } }
        let failure = await #expect(throws: Failure.self) { try await incoming.contents() }
        let reasons: [Failure.Reason] = [.unavailable, .unavailable, .invalid, .invalid, .timedOut]
        #expect(failure?.reason == reasons[kind], "\(failure?.message ?? "")")
        incoming.refuse(Failure(.invalid, "no"))
    }

    @Test("a refusal reaches a client that is still sending")
    func refusal() async throws {
        let incoming = try ArchiveService().beginImport()
        async let answer = client(incoming.socket) { client in
            try client.send([UInt8](repeating: 1, count: 2 << 20))
            return try client.next()
        }
        let failure = await #expect(throws: Failure.self) { try await incoming.contents() }
        incoming.refuse(try #require(failure))
        let frame = try #require(try await answer)
        #expect(frame.kind == .failed && String(decoding: frame.payload, as: UTF8.self).contains("no tar header"))
    }

    @Test("a cancelled export or import ends soon, whatever the client does")
    func cancellation() async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a", size: 4 << 20, pieces: [(0, 4 << 20)])
            let service = ArchiveService()
            let export = try service.beginExport(sampleVM, diskPath: "\(folder)/a")
            let incoming = try service.beginImport()
            let reading = Task { () async -> Failure.Reason? in
                do throws(Failure) { _ = try await incoming.contents() } catch { return error.reason }
                return nil
            }
            export.cancel()
            incoming.cancel()
            let start = ContinuousClock.now
            #expect(await export.ended()?.reason == .unavailable)
            #expect(await reading.value == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(2))
            close(export.socket)
            close(incoming.socket)
        }
    }

    @Test("only so many at once")
    func places() async throws {
        let service = ArchiveService()
        var held: [any IncomingArchive] = []
        for _ in 0..<ArchiveService.mostAtOnce { held.append(try service.beginImport()) }
        let failure = #expect(throws: Failure.self) { try service.beginImport() }
        #expect(failure?.reason == .busy)
        for archive in held { close(archive.socket) }
        held = []
        close(try service.beginImport().socket)
    }

    @Test("a disk that is not there, or is a link, is not exported")
    func noDisk() async throws {
        try await withFolder { folder in
            unsafe symlink("/etc/passwd", "\(folder)/link")
            for name in ["missing", "link"] {
                #expect(throws: Failure.self) {
                    try ArchiveService().beginExport(sampleVM, diskPath: "\(folder)/\(name)")
                }
            }
        }
    }
}
