import AIUArchive
import AIUModel
import AIUSystem
import Glibc
import Synchronization
import Testing

/// A folder of its own for one test, gone afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/aiu-archive-test-\(VMID.random())"
    try Files.makeFolder(folder)
    defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
    try await body(folder)
}

/// Bytes that somebody sends, in pieces of any size.
final class Bytes: Sendable {
    private let rest: Mutex<ArraySlice<UInt8>>
    private let pieceSize: Int

    init(_ bytes: [UInt8], pieceSize: Int = .max) {
        rest = Mutex(bytes[...])
        self.pieceSize = pieceSize
    }

    var source: ArchiveReader.Source {
        { [self] count throws(ArchiveError) in
            rest.withLock { rest in
                let part = Array(rest.prefix(min(count, pieceSize)))
                rest = rest.dropFirst(part.count)
                return part
            }
        }
    }
}

let sampleVM = ArchivedVM(
    name: "web", flavour: "micro", image: "0123456789abcdef", configuration: "{\"internet\": false}\n",
    configurationOnDisk: "d1", labels: ["team": "docs"], size: ByteCount(bytes: 0))

/// Where a sample disk holds data: at its start, across a piece's border, and at its very end.
let samplePieces: [(offset: Int, length: Int)] = [(0, 5000), (1 << 20, 200_000), ((8 << 20) - 100, 100)]
let sampleSize = 8 << 20

func makeDisk(_ path: String, size: Int = sampleSize, pieces: [(offset: Int, length: Int)] = samplePieces) throws {
    let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_TRUNC)
    try file.truncate(to: Int64(size))
    for (offset, length) in pieces {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31 + offset + 1) }
        let count = unsafe pwrite(file.raw, bytes, length, off_t(offset))
        #expect(count == length)
    }
}

func archive(of path: String, _ vm: ArchivedVM = sampleVM) throws -> [UInt8] {
    let writer = try ArchiveWriter(vm, disk: try FileDescriptor.open(path, O_RDONLY))
    var bytes: [UInt8] = []
    try writer.write { piece throws(ArchiveError) in bytes += piece }
    return bytes
}

func emptyDisk(_ path: String, size: UInt64) throws -> FileDescriptor {
    let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_TRUNC)
    try file.truncate(to: Int64(size))
    return file
}

/// Reads a whole archive into a file.
func read(_ bytes: [UInt8], into path: String, pieceSize: Int = .max) throws -> ArchiveReader {
    var reader = try ArchiveReader(Bytes(bytes, pieceSize: pieceSize).source)
    try reader.readDisk(into: try emptyDisk(path, size: reader.vm.size.bytes))
    return reader
}

@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> Bool {
    let request = SpawnRequest(program, arguments, environment: ["PATH=/usr/bin:/bin", "LC_ALL=C"])
    return try Child.spawn(request).wait() == .exited(0)
}
