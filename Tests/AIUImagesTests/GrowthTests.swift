import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite struct GrowthTests {
    @Test("a disk grows by a hole, keeps its content and its configuration's place, and never shrinks")
    func growth() async throws {
        try await withStampedState { state in
            let store = try openStore(state)
            let disk = disk()
            try await store.createStateDisks([disk])
            try await store.growState(of: disk.id, to: .gibibytes(3))
            // Twice, or to less, changes nothing.
            try await store.growState(of: disk.id, to: .gibibytes(3))
            try await store.growState(of: disk.id, to: .gibibytes(1))
            let information = try Files.metadata(store.stateDiskPath(of: disk.id))
            #expect(information.st_size == 3 << 30 && information.st_blocks * 512 < 8 << 20)
            // Without libguestfs, so in place.
            try await store.writeConfiguration(Array("{}".utf8), of: disk.id)
            let stored = try dump("/upper\(StateLayout.configurationPath)", from: store.stateDiskPath(of: disk.id))
            #expect(stored.starts(with: Array("{} ".utf8)))
            #expect(try isClean(store.stateDiskPath(of: disk.id)))
            for (id, size, reason) in [
                (disk.id, ByteCount(bytes: .max), Failure.Reason.invalid), (.random(), .gibibytes(4), .notFound),
            ] {
                let failure = await #expect(throws: Failure.self) { try await store.growState(of: id, to: size) }
                #expect(failure?.reason == reason)
            }
        }
    }
}
