import AIUSystem
import AIUTransfer
import AIUWire
import Glibc
import Testing

/// Copies a thing the way the wire does it: through bytes, cut into pieces.
func copy(_ source: String, to destination: String, name: String, intoFolder: Bool = false) throws -> TransferSummary {
    let sender = try TreeSender(path: source)
    let receiver = try TreeReceiver(
        at: try Destination(path: destination, sourceName: name, intoFolder: intoFolder))
    var decoder = FrameDecoder()
    while let frame = try sender.nextFrame() {
        for piece in frame.encoded.pieces(of: 7777) {
            decoder.feed(piece)
            while let arrived = try decoder.next() {
                if case .finished(let summary) = try receiver.receive(arrived) { return summary }
            }
        }
    }
    throw WireError.closed
}

extension [UInt8] {
    func pieces(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

@Suite("Copies arrive as they were")
struct RoundTripTests {
    @Test("a tree keeps names, content, modes, dates and its inner links")
    func tree() throws {
        try Scratch.with { scratch in
            try scratch.folder("from")
            try scratch.folder("from/sub", mode: 0o750)
            try scratch.folder("from/sub/deep")
            try scratch.folder("from/locked", mode: 0o755)
            try scratch.write("from/a", "hello", mode: 0o640)
            try scratch.write("from/empty", "")
            try scratch.write("from/run", "#!/bin/sh\n", mode: 0o755)
            try scratch.write("from/suid", "x", mode: 0o4755)
            try scratch.write("from/sub/deep/ümläut name", "y")
            try scratch.write("from/locked/inside", "z")
            try scratch.write("from/big", String(repeating: "0123456789abcdef", count: 20_000))
            scratch.link("from/sub/up", to: "../a")
            scratch.link("from/dangling", to: "nowhere/yet")
            #expect(unsafe chmod("\(scratch.path)/from/locked", 0o555) == 0)
            let times = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 123_000_000)]
            #expect(unsafe utimensat(AT_FDCWD, "\(scratch.path)/from/sub", times, 0) == 0)

            let summary = try copy("\(scratch.path)/from", to: "\(scratch.path)/to", name: "from")
            #expect(summary.entries == 13)
            #expect(summary.warnings == [])
            let expected = try scratch.listing("from").map { line in
                line.replacingPrefix("from/", with: "to/").replacing("suid 4755", with: "suid 755")
            }
            #expect(try scratch.listing("to") == expected)
            let date = try Files.metadata("\(scratch.path)/to/sub").st_mtim
            #expect(date.tv_sec == 1_000_000_000 && date.tv_nsec == 123_000_000)
            #expect(
                try Files.read("\(scratch.path)/to/big") == Files.read("\(scratch.path)/from/big"))
        }
    }

    @Test("a file lands in a folder, as a new name, or over a file")
    func file() throws {
        try Scratch.with { scratch in
            try scratch.write("source", "new")
            try scratch.write("target", "old content")
            try scratch.folder("folder")
            for destination in ["target", "fresh", "folder", "folder/named"] {
                let summary = try copy("\(scratch.path)/source", to: "\(scratch.path)/\(destination)", name: "source")
                #expect(summary == TransferSummary(entries: 1, bytes: 3))
            }
            #expect(
                try scratch.listing() == [
                    "folder/ 755", "folder/named 644 new", "folder/source 644 new", "fresh 644 new", "source 644 new",
                    "target 644 new",
                ])
        }
    }

    @Test("copying twice gives the same as copying once, and a link in the way is replaced, not followed")
    func again() throws {
        try Scratch.with { scratch in
            try scratch.folder("from")
            try scratch.write("from/a", "new")
            try scratch.write("precious", "kept")
            try scratch.folder("to", mode: 0o700)
            try scratch.folder("to/from", mode: 0o711)
            scratch.link("to/from/a", to: "../../precious")
            for _ in 0..<2 { _ = try copy("\(scratch.path)/from", to: "\(scratch.path)/to", name: "from") }
            #expect(
                try scratch.listing() == [
                    "from/ 755", "from/a 644 new", "precious 644 kept", "to/ 700", "to/from/ 711", "to/from/a 644 new",
                ])
        }
    }

    @Test("what cannot be copied is left out and named")
    func leftOut() throws {
        try Scratch.with { scratch in
            try scratch.folder("from")
            try scratch.write("from/ok", "1")
            scratch.link("from/absolute", to: "/etc/passwd")
            scratch.link("from/outside", to: "../precious")
            scratch.link("from/winding", to: "ok/../../precious")
            #expect(unsafe mkfifo("\(scratch.path)/from/fifo", 0o600) == 0)
            let summary = try copy("\(scratch.path)/from", to: "\(scratch.path)/to", name: "from")
            #expect(try scratch.listing("to") == ["to/ok 644 1"])
            #expect(summary.entries == 2)
            #expect(summary.warnings.count == 4)
            #expect(summary.warnings[0].contains("absolute") && summary.warnings[0].contains("outside the copied tree"))
        }
    }

    @Test("a copy that cannot begin says why")
    func refusals() throws {
        try Scratch.with { scratch in
            try scratch.write("file", "x")
            try scratch.folder("folder")
            let path = scratch.path
            #expect(throws: TransferError.self) { try TreeSender(path: "\(path)/missing") }
            #expect(throws: TransferError.self) { try TreeSender(path: "/dev/null") }
            for (destination, into) in [
                ("no/such/folder", false), ("file/below", false), ("file", true), ("new", true),
            ] {
                let error = #expect(throws: TransferError.self) {
                    try copy("\(path)/file", to: "\(path)/\(destination)", name: "file", intoFolder: into)
                }
                #expect(error?.description.isEmpty == false)
            }
            // A file over a folder, a folder over a file.
            try scratch.folder("folder/file")
            #expect(throws: TransferError.self) { try copy("\(path)/file", to: "\(path)/folder", name: "file") }
            #expect(throws: TransferError.self) { try copy("\(path)/folder", to: "\(path)/file", name: "folder") }
            #expect(try scratch.listing() == ["file 644 x", "folder/ 755", "folder/file/ 755"])
        }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }

    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return self[..<range.lowerBound] + other + self[range.upperBound...]
    }
}
