import AIUArchive
import AIUModel
import AIUSystem
import Testing

/// One archive that is not to be accepted, and a word that the refusal must hold.
struct HostileArchive: Sendable, CustomTestStringConvertible {
    let what: String
    let says: String
    let reason: Failure.Reason
    let bytes: @Sendable ([UInt8]) throws -> [UInt8]

    init(
        _ what: String, _ says: String, _ reason: Failure.Reason = .invalid,
        _ bytes: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) {
        self.what = what
        self.says = says
        self.reason = reason
        self.bytes = bytes
    }

    var testDescription: String { what }
}

private func member(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(content.count)))
    return TarHeader(name: name, size: UInt64(content.count)).encoded + content + padding
}

private func description(_ change: (inout String) -> Void = { _ in }) -> [UInt8] {
    var text = """
        {"format": 1, "product": "0.1.0", "vm": {"name": "web", "flavour": "micro", "image": "i",
         "configuration": "{}", "configurationOnDisk": "d", "labels": {}, "size": 4096}}
        """
    change(&text)
    return Array(text.utf8)
}

/// The beginning of an archive whose map is this one.
private func withMap(_ numbers: [UInt64]) -> [UInt8] {
    let map = numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    return member("aiu-archive.json", description()) + member("disk.map", map)
}

/// A header with some bytes changed and the sum put right.
private func header(_ name: String, _ changes: [(Int, UInt8)]) -> [UInt8] {
    var block = TarHeader(name: name, size: 0).encoded
    for (index, byte) in changes { block[index] = byte }
    let sum = block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(block[$1])) }
    let digits = String(sum, radix: 8)
    let text = Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8)
    for (index, byte) in text.enumerated() { block[148 + index] = byte }
    return block
}

private let hostile: [HostileArchive] = [
    .init("nothing", "ends too early", .damaged) { _ in [] },
    .init("another file", "no tar header") { _ in Array("#!/bin/sh\n".utf8) + [UInt8](repeating: 7, count: 4096) },
    .init("a gigabyte of zeros", "no tar header") { _ in [UInt8](repeating: 0, count: 4096) },
    .init("cut in the description", "ends too early", .damaged) { Array($0.prefix(700)) },
    .init("cut in the data", "ends too early", .damaged) { Array($0.prefix($0.count / 2)) },
    .init("cut before its end", "ends too early", .damaged) { $0.dropLast(1024) },
    .init("one end block only", "ends too early", .damaged) { $0.dropLast(512) },
    .init("something behind it", "after its end") { $0 + Array("more".utf8) },
    .init("zeros without end behind it", "after its end") { $0 + [UInt8](repeating: 0, count: 100_000) },
    .init("a second archive behind it", "after its end") { $0 + $0 },
    .init("one more member", "after its last member") {
        $0.dropLast(1024) + member("evil", [1]) + [UInt8](repeating: 0, count: 1024)
    },
    .init("a bit in the data", "checksum of disk.data", .damaged) { bytes in
        var bytes = bytes
        bytes[100_000] ^= 1
        return bytes
    },
    .init("a bit in the description", "checksum of aiu-archive.json", .damaged) { bytes in
        var bytes = bytes
        let place = bytes.indices.first { bytes[$0...].starts(with: Array("\"web\"".utf8)) } ?? 0
        bytes[place + 1] = UInt8(ascii: "v")
        return bytes
    },
    .init("a bit in a header", "checksum of a tar header", .damaged) { bytes in
        var bytes = bytes
        bytes[110] ^= 1
        return bytes
    },
    .init("the newer format", "format 2") { _ in
        member("aiu-archive.json", description { $0.replace("\"format\": 1", with: "\"format\": 2, \"x\": []") })
    },
    .init("a much newer format that looks different", "format 77") { _ in
        member("aiu-archive.json", Array("{\"format\": 77}".utf8))
    },
    .init("no format", "names no format") { _ in member("aiu-archive.json", Array("{}".utf8)) },
    .init("format zero", "names no format") { _ in member("aiu-archive.json", Array("{\"format\":0}".utf8)) },
    .init("a description that is no JSON", "no JSON") { _ in member("aiu-archive.json", Array("hello".utf8)) },
    .init("a description without a VM", "not as it must be") { _ in
        member("aiu-archive.json", Array("{\"format\":1,\"product\":\"x\"}".utf8))
    },
    .init("members in another order", "aiu-archive.json is not where") { _ in member("disk.map", []) },
    .init("a hostile path", "aiu-archive.json is not where") { _ in member("../../etc/passwd", [1]) },
    .init("an absolute path", "aiu-archive.json is not where") { _ in member("/etc/aiu-archive.json", [1]) },
    .init("a link", "no plain file") { _ in header("aiu-archive.json", [(156, UInt8(ascii: "2")), (157, 65)]) },
    .init("a plain file with a link's target", "no plain file") { _ in header("aiu-archive.json", [(157, 65)]) },
    .init("a folder", "no plain file") { _ in header("aiu-archive.json", [(156, UInt8(ascii: "5"))]) },
    .init("a device", "no plain file") { _ in header("aiu-archive.json", [(156, UInt8(ascii: "3"))]) },
    .init("GNU's long name", "no plain file") { _ in header("aiu-archive.json", [(156, UInt8(ascii: "L"))]) },
    .init("a folder in the prefix", "in a folder") { _ in header("aiu-archive.json", [(345, 65)]) },
    .init("a size that is no number", "states no size") { _ in header("aiu-archive.json", [(124, 65)]) },
    .init("a negative size", "states no size") { _ in header("aiu-archive.json", [(124, 0xFF)]) },
    .init("a huge description", "is the most") { _ in TarHeader(name: "aiu-archive.json", size: 1 << 60).encoded },
    .init("a huge map", "is the most") { _ in
        member("aiu-archive.json", description()) + TarHeader(name: "disk.map", size: 1 << 40).encoded
    },
    .init("something in the padding", "between its members") { _ in
        TarHeader(name: "aiu-archive.json", size: 1).encoded + [UInt8](repeating: 65, count: 512)
    },
    .init("a disk without size", "states a disk") { _ in
        member("aiu-archive.json", description { $0.replace("4096", with: "0") })
    },
    .init("a disk that is too large", "states a disk") { _ in
        member("aiu-archive.json", description { $0.replace("4096", with: "99999999999999999") })
    },
    .init("half an extent", "size that no map has") { _ in
        member("aiu-archive.json", description()) + member("disk.map", [1, 2, 3])
    },
    .init("overlapping pieces", "overlap") { _ in withMap([0, 100, 50, 100]) },
    .init("pieces out of order", "overlap") { _ in withMap([1000, 100, 0, 100]) },
    .init("an empty piece", "outside") { _ in withMap([0, 0]) },
    .init("a piece beyond the end", "outside") { _ in withMap([4000, 97]) },
    .init("a piece far out", "outside") { _ in withMap([.max, 1]) },
    .init("a piece whose end overflows", "outside") { _ in withMap([10, .max]) },
    .init("less data than mapped", "another size") { _ in withMap([0, 100]) + member("disk.data", [1]) },
    .init("more data than mapped", "another size") { _ in
        withMap([0, 1]) + member("disk.data", [UInt8](repeating: 1, count: 100))
    },
    .init("the wrong member after the map", "disk.data is not where") { _ in withMap([0, 1]) + member("disk.map", [1])
    },
    .init("no checksums", "aiu-checksums.json is not where") { _ in
        withMap([0, 1]) + member("disk.data", [1]) + member("disk.data", [1])
    },
    .init("checksums that are none", "not as it must be") { _ in
        withMap([0, 1]) + member("disk.data", [1]) + member("aiu-checksums.json", Array("{}".utf8))
    },
]

@Suite("Archives that are not accepted")
struct HostileArchiveTests {
    @Test("each is refused with one clear sentence", arguments: hostile)
    func refused(archive: HostileArchive) async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a")
            let bytes = try archive.bytes(try AIUArchiveTests.archive(of: "\(folder)/a"))
            for pieceSize in [Int.max, 100] {
                let error = #expect(throws: ArchiveError.self) {
                    _ = try read(bytes, into: "\(folder)/b", pieceSize: pieceSize)
                }
                let failure = try #require(error).failure
                #expect(failure.message.contains(archive.says), "\(failure.message)")
                #expect(!failure.message.contains("\n"))
                let expected = archive.says.hasPrefix("format") ? Failure.Reason.unsupported : archive.reason
                #expect(failure.reason == expected)
            }
            #expect(try Files.names(in: folder).allSatisfy { ["a", "b"].contains($0) })
        }
    }

    @Test("an archive that is cut anywhere is refused")
    func cutAnywhere() async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a", size: 1 << 20, pieces: [(4096, 2000)])
            let bytes = try archive(of: "\(folder)/a")
            for length in stride(from: 0, to: bytes.count, by: 97) {
                let error = #expect(throws: ArchiveError.self) {
                    _ = try read(Array(bytes.prefix(length)), into: "\(folder)/b")
                }
                #expect(error?.reason == .truncated)
            }
        }
    }
}
