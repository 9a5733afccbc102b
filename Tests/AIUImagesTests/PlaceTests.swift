import AIUDigest
import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite struct PlaceTests {
    @Test("after a guest had the disk, the configuration is replaced in place while the confirmed one is found there")
    func afterGuest() async throws {
        try await withStampedState { state in
            // An appliance is not given the time to start, so what goes well went in place.
            let store = try openStore(state, deadline: .milliseconds(1))
            let disk = disk()
            try await store.createStateDisks([disk])
            let confirmed = Array("{\"from\":\"guest\"}\n".utf8)
            try await store.writeConfiguration(confirmed, of: disk.id)
            func guestWrites() throws {
                let file = try FileDescriptor.open(store.stateDiskPath(of: disk.id), O_RDWR)
                try file.write([1], at: 1 << 30)
            }
            try guestWrites()
            for wrong in [nil, "", SHA256.hex(of: []), SHA256.hex(of: Array("{}".utf8))] {
                await #expect(throws: Failure.self) {
                    try await store.writeConfiguration([1], of: disk.id, over: wrong)
                }
            }
            let copy = VMID.random()
            try await store.copyState(of: disk.id, to: copy)
            for id in [disk.id, copy] {
                try await store.writeConfiguration(Array("{}".utf8), of: id, over: SHA256.hex(of: confirmed))
                let stored = try dump("/upper\(StateLayout.configurationPath)", from: store.stateDiskPath(of: id))
                #expect(stored.count == StateLayout.configurationBytes && stored.starts(with: Array("{} ".utf8)))
                #expect(try isClean(store.stateDiskPath(of: id)))
            }
            // What was confirmed is not there any more.
            try guestWrites()
            await #expect(throws: Failure.self) {
                try await store.writeConfiguration([1], of: disk.id, over: SHA256.hex(of: confirmed))
            }
        }
    }
}
