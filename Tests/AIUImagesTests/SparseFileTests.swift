import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite struct SparseFileTests {
    @Test("copies and compacted files have the same content and no more blocks", arguments: [0, 1, 3, 7])
    func copies(spread: Int) async throws {
        try await withState { folder in
            let source = try FileDescriptor.open("\(folder)/a", O_RDWR | O_CREAT)
            for index in 0..<spread {
                let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7 + index) }
                try source.write(bytes, at: Int64(index * 3_000_000 + 100))
            }
            // Zeros that somebody wrote out, as a formatter does.
            try source.write([UInt8](repeating: 0, count: 1 << 20), at: 40_000_000)
            try source.truncate(to: 64 << 20)
            let copy = try FileDescriptor.open("\(folder)/b", O_RDWR | O_CREAT)
            try SparseFile.copy(source, to: copy)
            let compact = try FileDescriptor.open("\(folder)/c", O_RDWR | O_CREAT)
            let filler = RandomBytes.make(SparseFile.blockSize)
            let written = try SparseFile.compact(source, to: compact, over: filler)
            #expect(written == [Extent(offset: 0, length: 64 << 20)], "nothing of it is filler")
            for file in ["b", "c"] {
                #expect(try output("cmp", ["\(folder)/a", "\(folder)/\(file)"]) != nil)
                let same = try FileDescriptor.open("\(folder)/\(file)", O_RDONLY)
                #expect(try SparseFile.digest(of: same) == SparseFile.digest(of: source))
            }
            try compact.synchronize()
            #expect(try compact.metadata().st_blocks * 512 <= spread * 12_288)
        }
    }

    @Test("what was written over a filler is known to the block, zeros included")
    func fillers() async throws {
        try await withState { folder in
            let filler = RandomBytes.make(SparseFile.blockSize)
            let source = try FileDescriptor.open("\(folder)/a", O_RDWR | O_CREAT)
            try SparseFile.fill(source, with: filler, upTo: 3 << 20)
            try source.write([UInt8](repeating: 0, count: 8192), at: 4096)
            try source.write([1], at: 12_288 + 7)
            try source.write([2], at: (3 << 20) - 1)
            let target = try FileDescriptor.open("\(folder)/b", O_RDWR | O_CREAT)
            let written = try SparseFile.compact(source, to: target, over: filler)
            #expect(written == [Extent(offset: 4096, length: 12_288), Extent(offset: (3 << 20) - 4096, length: 4096)])
            #expect(try target.metadata().st_size == 3 << 20)
            #expect(try target.read(8192, at: 4096) == [UInt8](repeating: 0, count: 8192))
            #expect(try target.read(4096, at: 12_288) == source.read(4096, at: 12_288))
        }
    }

    @Test func markerSearch() async throws {
        try await withState { folder in
            let marker = Stamp.marker(seed: [9])
            #expect(marker.count == StateLayout.configurationBytes)
            let file = try FileDescriptor.open("\(folder)/a", O_RDWR | O_CREAT)
            try file.truncate(to: 16 << 20)
            #expect(try Stamp.find(marker, in: file) == .missing)
            try file.write(marker, at: 1 << 20)
            #expect(try Stamp.find(marker, in: file) == .found(1 << 20))
            // A second copy of one block, such as a journal might hold.
            try file.write(Array(marker[4096..<8192]), at: 8 << 20)
            #expect(try Stamp.find(marker, in: file) == .scattered)
            try file.write([UInt8](repeating: 0, count: 4096), at: 8 << 20)
            #expect(try Stamp.find(marker, in: file) == .found(1 << 20))
            // A part of it elsewhere.
            try file.write([UInt8](repeating: 0, count: 4096), at: (1 << 20) + 8192)
            #expect(try Stamp.find(marker, in: file) == .scattered)
            try file.write(Array(marker[8192..<12_288]), at: 4 << 20)
            #expect(try Stamp.find(marker, in: file) == .scattered)
        }
    }
}
