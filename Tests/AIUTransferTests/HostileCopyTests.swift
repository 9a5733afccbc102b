import AIUSystem
import AIUTransfer
import AIUWire
import Glibc
import Testing

/// A sequence of frames that no honest sender sends.
struct HostileCopy: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let frames: [Frame]

    init(_ description: String, _ frames: [Frame]) {
        testDescription = description
        self.frames = frames
    }
}

private let top = Frame(.entry, json(#"{"path":"","kind":"folder","mode":493,"size":0,"modified":0}"#))

private func json(_ text: String) -> [UInt8] { Array(text.utf8) }

private func entry(_ path: String, _ kind: String = "file", size: Int = 0, target: String? = nil) -> Frame {
    let link = target.map { #","target":"\#($0)""# } ?? ""
    return Frame(
        .entry, json(#"{"path":"\#(path)","kind":"\#(kind)","mode":511,"size":\#(size),"modified":0\#(link)}"#))
}

private func done(_ entries: Int, _ bytes: Int) -> Frame {
    Frame(.done, json(#"{"entries":\#(entries),"bytes":\#(bytes),"warnings":[]}"#))
}

private let hostileCopies: [HostileCopy] = [
    // Ways out of the destination
    .init("parent", [top, entry("..")]),
    .init("parent below", [top, entry("a", "folder"), entry("a/../../b")]),
    .init("absolute", [top, entry("/etc/passwd")]),
    .init("dot", [top, entry("./a")]),
    .init("empty part", [top, entry("a//b")]),
    .init("trailing slash", [top, entry("a/", "folder")]),
    .init("zero byte", [top, entry(#"a\u0000b"#)]),
    .init("long name", [top, entry(String(repeating: "n", count: 256))]),
    .init("too deep", [top, entry((0..<65).map { _ in "d" }.joined(separator: "/"))]),
    .init("through a link", [top, entry("l", "link", target: "."), entry("l/x")]),
    .init("link to absolute", [top, entry("l", "link", target: "/etc")]),
    .init("link above", [top, entry("l", "link", target: "..")]),
    .init("link climbs after a name", [top, entry("l", "link", target: "a/..")]),
    .init("link climbs too far", [top, entry("a", "folder"), entry("a/l", "link", target: "../../x")]),
    .init("link with an empty target", [top, entry("l", "link", target: "")]),
    .init("link without a target", [top, entry("l", "link")]),
    .init("link as the thing itself", [entry("", "link", target: "x")]),
    // Order
    .init("child before its folder", [top, entry("a/b")]),
    .init("child before everything", [entry("a")]),
    .init("back to a closed folder", [top, entry("a", "folder"), entry("b", "folder"), entry("a/x")]),
    .init("the thing itself twice", [top, top]),
    .init("a file as a folder", [top, entry("f"), Frame(.entryEnd, emptyDigest), entry("f/x")]),
    .init("data without a file", [top, Frame(.data, [1])]),
    .init("end without a file", [top, Frame(.entryEnd, emptyDigest)]),
    .init("entry in the middle of a file", [top, entry("f", size: 2), Frame(.data, [1]), entry("g")]),
    .init("done in the middle of a file", [top, entry("f", size: 2), done(2, 0)]),
    .init("another protocol's frame", [top, Frame(.standardInput, [1])]),
    .init("a request", [Frame(.request, json("{}"))]),
    .init("nothing at all", [done(0, 0)]),
    // Content
    .init("more data than announced", [top, entry("f", size: 1), Frame(.data, [1, 2])]),
    .init("less data than announced", [top, entry("f", size: 3), Frame(.data, [1]), Frame(.entryEnd, emptyDigest)]),
    .init("empty data", [top, entry("f", size: 1), Frame(.data, [])]),
    .init("wrong checksum", [top, entry("f", size: 1), Frame(.data, [1]), Frame(.entryEnd, emptyDigest)]),
    .init("short checksum", [top, entry("f"), Frame(.entryEnd, [1, 2, 3])]),
    .init(
        "huge size",
        [top, Frame(.entry, json(#"{"path":"f","kind":"file","mode":1,"size":18446744073709551615,"modified":0}"#))]),
    .init("wrong count", [top, done(2, 0)]),
    .init("wrong bytes", [top, done(1, 5)]),
    .init("after the end", [top, done(1, 0), top]),
    // Messages
    .init("no JSON", [Frame(.entry, [1, 2, 3])]),
    .init("wrong kind", [entry("", "device")]),
    .init("negative size", [entry("", size: -1)]),
]

/// SHA-256 of nothing.
private let emptyDigest: [UInt8] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]

@Suite("A hostile copy does no harm")
struct HostileCopyTests {
    @Test("it is refused, stays in its folder and leaves no half file", arguments: hostileCopies)
    func refused(copy: HostileCopy) throws {
        try Scratch.with { scratch in
            try scratch.write("precious", "kept")
            try scratch.folder("box")
            let receiver = try TreeReceiver(
                at: try Destination(path: "\(scratch.path)/box", sourceName: "copy", intoFolder: true))
            let error = #expect(throws: TransferError.self) {
                for frame in copy.frames { _ = try receiver.receive(frame) }
            }
            #expect(error?.description.hasPrefix("cannot copy") == true)
            // Over is over.
            #expect(throws: TransferError.self) { try receiver.receive(top) }
            let rest = try scratch.listing()
            #expect(rest.filter { !$0.hasPrefix("box/") } == ["precious 644 kept"])
            #expect(!rest.contains { $0.contains(".aiu-copy-") })
        }
    }

    @Test("a name that is a path is no destination", arguments: ["", ".", "..", "a/b", "a\0b"])
    func badNames(name: String) throws {
        try Scratch.with { scratch in
            #expect(throws: TransferError.self) {
                try TreeReceiver(at: try Destination(path: scratch.path, sourceName: name, intoFolder: true))
            }
        }
    }

    @Test("a link that stands where a folder shall be is not entered")
    func linkInTheWay() throws {
        try Scratch.with { scratch in
            try scratch.folder("outside")
            try scratch.folder("box")
            try scratch.folder("box/copy")
            scratch.link("box/copy/sub", to: "../../outside")
            let receiver = try TreeReceiver(
                at: try Destination(path: "\(scratch.path)/box", sourceName: "copy", intoFolder: true))
            _ = try receiver.receive(top)
            let error = #expect(throws: TransferError.self) { try receiver.receive(entry("sub", "folder")) }
            #expect(error?.description.contains("link") == true || error?.description.contains("folder") == true)
            #expect(try scratch.listing("outside") == [])
        }
    }

    @Test("a copy that is dropped in the middle leaves no half file")
    func dropped() throws {
        try Scratch.with { scratch in
            do {
                let receiver = try TreeReceiver(
                    at: try Destination(path: "\(scratch.path)", sourceName: "f", intoFolder: true))
                _ = try receiver.receive(entry("", size: 5))
                _ = try receiver.receive(Frame(.data, [1, 2]))
                #expect(try scratch.listing().count == 1)
            }
            #expect(try scratch.listing() == [])
        }
    }

    @Test("entries, bytes and depth have limits of their own")
    func limits() throws {
        try Scratch.with { scratch in
            let limits = TransferLimits(entries: 3, depth: 2, bytes: 10)
            func receiver() throws -> TreeReceiver {
                try TreeReceiver(
                    at: try Destination(path: scratch.path, sourceName: "t", intoFolder: true), limits: limits)
            }
            for frames in [
                [top, entry("a", "folder"), entry("b", "folder"), entry("c", "folder")],
                [top, entry("a", "folder"), entry("a/b", "folder"), entry("a/b/c", "folder")],
                [top, entry("f", size: 11)],
            ] {
                let receiver = try receiver()
                #expect(throws: TransferError.self) { for frame in frames { _ = try receiver.receive(frame) } }
            }
        }
    }
}
