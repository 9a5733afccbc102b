import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

/// Copies, changed configurations and sweeping up, on real files with stamps that mke2fs made.
@Suite struct LaterLifeTests {
    private func stored(_ store: ImageStore, _ id: VMID) throws -> String {
        let bytes = try dump("/upper\(StateLayout.configurationPath)", from: store.stateDiskPath(of: id))
        #expect(bytes.count == StateLayout.configurationBytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: " ").joined()
    }

    @Test("a copy has the same content, is sparse, and both can be changed on their own")
    func copies() async throws {
        try await withStampedState { state in
            let store = try openStore(state)
            let original = disk()
            try await store.createStateDisks([original])
            let copy = VMID.random()
            try await store.copyState(of: original.id, to: copy)
            #expect(try output("cmp", [store.stateDiskPath(of: original.id), store.stateDiskPath(of: copy)]) != nil)
            let information = try Files.metadata(store.stateDiskPath(of: copy))
            #expect(information.st_size == 2 << 30 && information.st_blocks * 512 < 8 << 20)
            try await store.writeConfiguration(Array("{\"name\":\"copy\"}".utf8), of: copy)
            #expect(try stored(store, copy) == "{\"name\":\"copy\"}")
            #expect(try stored(store, original.id) == "{\"name\":\"test\"}")
            #expect(try isClean(store.stateDiskPath(of: copy)))
            // Taken, unknown, and onto itself: nothing changes.
            for (source, target, reason) in [
                (original.id, copy, Failure.Reason.conflict), (.random(), .random(), .notFound),
                (copy, copy, .conflict),
            ] {
                let failure = await #expect(throws: Failure.self) {
                    try await store.copyState(of: source, to: target)
                }
                #expect(failure?.reason == reason)
            }
            #expect(try Files.names(in: "\(state)/vms") == [original.id.text, copy.text].sorted())
        }
    }

    @Test("a copy that has no room is refused before it is begun")
    func noRoom() async throws {
        try await withStampedState { source in
            try await withState { state in
                // Mounting needs root.
                guard unsafe Glibc.mount("none", state, "tmpfs", 0, "size=96m") == 0 else { return }
                defer { unsafe umount2(state, Int32(MNT_DETACH)) }
                try Files.makeFolder("\(state)/stamps")
                try output("cp", ["-a", "\(source)/stamps", state])
                let store = try openStore(state)
                let original = disk()
                try await store.createStateDisks([original])
                let file = try FileDescriptor.open(store.stateDiskPath(of: original.id), O_RDWR)
                try file.write([UInt8](repeating: 7, count: 40 << 20), at: 512 << 20)
                let failure = await #expect(throws: Failure.self) {
                    try await store.copyState(of: original.id, to: .random())
                }
                #expect(failure?.reason == .noSpace && failure?.message.contains("MiB are needed") == true)
                let empty = await #expect(throws: Failure.self) {
                    try await store.createEmptyState(of: .random(), size: .gibibytes(1), room: .mebibytes(60))
                }
                #expect(empty?.reason == .noSpace)
                #expect(try Files.names(in: "\(state)/vms") == [original.id.text])
            }
        }
    }

    @Test("an empty disk is one hole of the size asked for")
    func emptyDisk() async throws {
        try await withState { state in
            let store = try openStore(state)
            let id = VMID.random()
            try await store.createEmptyState(of: id, size: .gibibytes(3), room: .mebibytes(1))
            let information = try Files.metadata(store.stateDiskPath(of: id))
            #expect(information.st_size == 3 << 30 && information.st_blocks == 0)
            for (other, size, reason) in [
                (id, ByteCount.gibibytes(1), Failure.Reason.conflict), (.random(), .mebibytes(255), .invalid),
                (.random(), ByteCount(bytes: .max), .invalid),
            ] {
                let failure = await #expect(throws: Failure.self) {
                    try await store.createEmptyState(of: other, size: size, room: size)
                }
                #expect(failure?.reason == reason)
            }
        }
    }

    @Test("a configuration is replaced in place again and again, but not once somebody else wrote to the disk")
    func inPlace() async throws {
        try await withStampedState { state in
            // An appliance is not given the time to start, so what goes well went in place.
            let store = try openStore(state, deadline: .milliseconds(1))
            let new = disk()
            try await store.createStateDisks([new])
            for number in 0..<3 {
                try await store.writeConfiguration(Array("{\"n\":\(number)}".utf8), of: new.id)
                #expect(try stored(store, new.id) == "{\"n\":\(number)}")
            }
            let long = [UInt8](repeating: 32, count: StateLayout.configurationBytes + 1)
            let tooLong = await #expect(throws: Failure.self) {
                try await store.writeConfiguration(long, of: new.id)
            }
            #expect(tooLong?.reason == .invalid)
            let unknown = await #expect(throws: Failure.self) { try await store.writeConfiguration([1], of: .random()) }
            #expect(unknown?.reason == .notFound)
            let file = try FileDescriptor.open(store.stateDiskPath(of: new.id), O_RDWR)
            try file.write([1], at: 1 << 30)
            let failure = await #expect(throws: Failure.self) { try await store.writeConfiguration([1], of: new.id) }
            #expect(failure != nil && failure?.reason != .invalid)
            #expect(try stored(store, new.id) == "{\"n\":2}")
        }
    }

    @Test("a disk in use is left alone")
    func inUse() async throws {
        try await withStampedState { state in
            let store = try openStore(state)
            let new = disk()
            try await store.createStateDisks([new])
            // As QEMU holds it: another open file with a lock from byte 100 on.
            let holder = try FileDescriptor.open(store.stateDiskPath(of: new.id), O_RDWR)
            var lock = flock()
            lock.l_type = Int16(F_RDLCK)
            lock.l_start = 100
            lock.l_len = 1
            #expect(unsafe fcntl(holder.raw, 37, &lock) == 0)  // F_OFD_SETLK
            let write = await #expect(throws: Failure.self) { try await store.writeConfiguration([1], of: new.id) }
            #expect(write?.reason == .busy)
            let remove = await #expect(throws: Failure.self) { try await store.removeStray(new.id) }
            #expect(remove?.reason == .busy)
            // Reading is fine: a paused machine's disk is copied.
            try await store.copyState(of: new.id, to: .random())
            lock.l_type = Int16(F_UNLCK)
            #expect(unsafe fcntl(holder.raw, 37, &lock) == 0)
            try await store.removeStray(new.id)
            try await store.removeStray(new.id)
            #expect(try await store.statesOnDisk().count == 1)
        }
    }

    @Test("images that nobody needs are found and removed, those in use and the newest are not")
    func images() async throws {
        try await withState { state in
            try RealImage.install(root: [1], in: state)
            let newest = try #require(try Files.names(in: "\(state)/images").first { $0.utf8.count == 16 })
            for (digest, bytes) in [("00000000000000aa", 5000), ("00000000000000bb", 10)] {
                try Files.makeFolder("\(state)/images/\(digest)")
                try Files.replace("\(state)/images/\(digest)/root.erofs", with: [UInt8](repeating: 1, count: bytes))
            }
            try Files.makeFolder("\(state)/images/.old-00000000000000cc")
            let store = try openStore(state)
            #expect(!Files.exists("\(state)/images/.old-00000000000000cc"))
            let unused = try await store.unusedImages(keeping: ["00000000000000bb"])
            #expect(unused.map(\.name) == ["00000000000000aa"] && unused.allSatisfy { $0.size.bytes >= 4096 })
            #expect(try await store.unusedImages(keeping: []).count == 2)
            for _ in 0..<2 { try await store.removeImage("00000000000000aa") }
            #expect(try await store.unusedImages(keeping: []).map(\.name) == ["00000000000000bb"])
            for (name, reason) in [(newest, Failure.Reason.conflict), ("../vms", .invalid), ("micro", .invalid)] {
                let failure = await #expect(throws: Failure.self) { try await store.removeImage(name) }
                #expect(failure?.reason == reason)
            }
            #expect(try await store.image(flavour: "micro").digest == newest)
        }
    }

    @Test("stamps of former layouts are found and removed, the current one is not")
    func formerStamps() async throws {
        try await withStampedState { state in
            let store = try openStore(state)
            #expect(try await store.unusedStamps().isEmpty)
            for name in ["00000000000000aa.img", "00000000000000aa.json", "00000000000000bb.img", "notes"] {
                try Files.replace("\(state)/stamps/\(name)", with: [1])
            }
            #expect(try await store.unusedStamps().map(\.name) == ["00000000000000aa", "00000000000000bb"])
            for _ in 0..<2 { try await store.removeStamp("00000000000000aa") }
            #expect(try await store.unusedStamps().map(\.name) == ["00000000000000bb"])
            for (name, reason) in [(StateLayout.digest, Failure.Reason.conflict), ("notes", .invalid)] {
                let failure = await #expect(throws: Failure.self) { try await store.removeStamp(name) }
                #expect(failure?.reason == reason)
            }
            #expect(stamps(in: state).existing() != nil)
        }
    }
}
