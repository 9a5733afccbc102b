import AIUArchive
import AIUDigest
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("Archives, there and back")
struct RoundTripTests {
    @Test("what comes out is what went in, wherever the bytes are cut", arguments: [1 << 20, 65_536, 4097, 511])
    func roundTrip(pieceSize: Int) async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a")
            let bytes = try archive(of: "\(folder)/a")
            let reader = try read(bytes, into: "\(folder)/b", pieceSize: pieceSize)
            var vm = sampleVM
            vm.size = ByteCount(bytes: UInt64(sampleSize))
            #expect(reader.vm == vm)
            #expect(try run("/usr/bin/cmp", ["\(folder)/a", "\(folder)/b"]))
            #expect(try Files.metadata("\(folder)/b").st_blocks * 512 < 1 << 20, "it should be sparse")
            #expect(bytes.count < 300_000)
            #expect(try archive(of: "\(folder)/a") == bytes, "the same VM should give the same bytes")
        }
    }

    @Test("disks that are one hole, all data, or zeros written out", arguments: [0, 1, 2])
    func extremes(kind: Int) async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a", size: 1 << 20, pieces: kind == 1 ? [(0, 1 << 20)] : [])
            if kind == 2 {
                let zeros = [UInt8](repeating: 0, count: 500_000)
                let file = try FileDescriptor.open("\(folder)/a", O_RDWR)
                #expect(unsafe pwrite(file.raw, zeros, zeros.count, 4096) == zeros.count)
            }
            _ = try read(try archive(of: "\(folder)/a"), into: "\(folder)/b")
            #expect(try run("/usr/bin/cmp", ["\(folder)/a", "\(folder)/b"]))
            if kind == 2 { #expect(try Files.metadata("\(folder)/b").st_blocks == 0) }
        }
    }

    @Test("any tar lists and unpacks it")
    func realTar() async throws {
        try await withFolder { folder in
            try makeDisk("\(folder)/a")
            try Files.replace("\(folder)/vm.aiu", with: try archive(of: "\(folder)/a"))
            let list = "cd \(folder) && tar tf vm.aiu > list && mkdir out && tar xf vm.aiu -C out"
            #expect(try run("/bin/sh", ["-c", list]))
            let members = ArchiveFormat.Member.allCases.map(\.rawValue)
            #expect(
                String(decoding: try Files.read("\(folder)/list"), as: UTF8.self) == members.joined(separator: "\n")
                    + "\n")
            #expect(try Files.names(in: "\(folder)/out") == members.sorted())
            let check = """
                cd \(folder)/out && for f in aiu-archive.json disk.map disk.data; do
                grep -q "$(sha256sum < $f | cut -c1-64)" aiu-checksums.json || exit 1; done
                """
            #expect(try run("/bin/sh", ["-c", check]))
            // Packed again in the same order, by GNU tar with its own owners, times and padding.
            let again = "cd \(folder)/out && tar --format=ustar -cf ../again.aiu \(members.joined(separator: " "))"
            #expect(try run("/bin/sh", ["-c", again]))
            _ = try read(try Files.read("\(folder)/again.aiu"), into: "\(folder)/b")
            #expect(try run("/usr/bin/cmp", ["\(folder)/a", "\(folder)/b"]))
        }
    }

    @Test(
        "sizes that octal digits cannot hold are written in binary",
        arguments: [0, 1, 511, 512, (8 << 30) - 1, 8 << 30, 16 << 40])
    func sizes(size: UInt64) throws {
        let header = TarHeader(name: "disk.data", size: size)
        #expect(header.encoded.count == 512)
        #expect(try TarHeader.parse(header.encoded) == header)
        #expect((UInt64(TarHeader.padding(after: size)) + size) % 512 == 0)
    }

    @Test("an archive of version 1 is read for ever")
    func versionOne() async throws {
        let fixture =
            "\(#filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" })/Fixtures/archive-1.aiu"
        try await withFolder { folder in
            let reader = try read(try Files.read(fixture), into: "\(folder)/b")
            #expect(reader.vm.name == "web" && reader.vm.labels == ["team": "docs"])
            #expect(reader.vm.image == "0123456789abcdef" && reader.vm.size.bytes == UInt64(sampleSize))
            let digest = "e86e537fa00461162afa72e80f6a09223f45e8a61ea931b1555f2b980cc74534"
            #expect(try SHA256.hex(ofFile: "\(folder)/b") == digest)
        }
    }
}
