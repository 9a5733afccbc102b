import AIUImages
import AIULUKS
import AIUModel
import AIUSeal
import AIUSystem
import Glibc
import Testing

@Suite("encrypted disks")
struct EncryptedDiskTests {
    private func seal(_ byte: UInt8 = 7) throws -> SecretSeal {
        try SecretSeal(credential: [UInt8](repeating: byte, count: 32))
    }

    private func open(_ state: String, _ seal: SecretSeal?) throws -> ImageStore {
        try ImageStore(
            ImageStoreConfiguration(stateDirectory: state, forceTCG: true, seal: seal) { _ in nil })
    }

    private func encrypted(_ configuration: String = "{\"word\":\"Mandelbrot\"}") -> NewStateDisk {
        var new = disk(configuration, size: .mebibytes(256))
        new.encrypted = true
        return new
    }

    /// The whole disk as its guest sees it, made by QEMU.
    private func plain(_ id: VMID, _ store: ImageStore, in state: String) async throws -> String {
        let key = try #require(try await store.diskKey(of: id))
        let target = "\(state)/plain-\(VMID.random())"
        try Files.replace("\(state)/digits", with: key.copy())
        let source = "driver=luks,key-secret=k,file.filename=\(store.stateDiskPath(of: id))"
        let made = try output(
            "qemu-img",
            [
                "convert", "-O", "raw", "--object", "secret,id=k,file=\(state)/digits", "--image-opts", source, target,
            ])
        #expect(made != nil, "QEMU does not open the disk")
        return target
    }

    private func contains(_ path: String, _ text: String) throws -> Bool {
        try output("grep", ["-c", "-a", "-F", text, path]) != nil
    }

    @Test("a new one is a clean file system behind its key, though what was never written to it reads as anything")
    func creation() async throws {
        try await withStampedState { state in
            let store = try open(state, try seal())
            let new = encrypted()
            let other = disk("{\"word\":\"Mandelbrot\"}", size: .mebibytes(256))
            try await store.createStateDisks([new, other])
            let path = store.stateDiskPath(of: new.id)
            #expect(try Files.metadata(path).st_size == (256 << 20) + LUKSVolume.payload)
            #expect(try Files.metadata(path).st_blocks * 512 < 32 << 20, "it should be sparse")
            #expect(try Files.read(path, limit: 600 << 20).starts(with: Array("LUKS".utf8)))
            #expect(try !contains(path, "Mandelbrot") && contains(store.stateDiskPath(of: other.id), "Mandelbrot"))
            #expect(try await store.diskKey(of: other.id) == nil)
            let plain = try await plain(new.id, store, in: state)
            #expect(try isClean(plain))
            #expect(try dump("/upper/etc/aiu_config.json", from: plain).starts(with: new.configuration))
            // The key is kept, but cannot be read.
            let kept = try Files.read("\(store.folder(of: new.id))/disk.key")
            let digits = try #require(try await store.diskKey(of: new.id)).copy()
            #expect(!kept.indices.contains { kept[$0...].starts(with: digits.prefix(8)) })
        }
    }

    @Test("its configuration is changed in place, and it grows")
    func changes() async throws {
        try await withStampedState { state in
            let store = try open(state, try seal())
            let new = encrypted()
            try await store.createStateDisks([new])
            try await store.growState(of: new.id, to: .mebibytes(300))
            try await store.growState(of: new.id, to: .mebibytes(300))
            // Without libguestfs, so in place.
            try await store.writeConfiguration(Array("{\"word\":\"Julia\"}".utf8), of: new.id)
            let path = store.stateDiskPath(of: new.id)
            #expect(try Files.metadata(path).st_size == (300 << 20) + LUKSVolume.payload)
            #expect(try !contains(path, "Julia"))
            let plain = try await plain(new.id, store, in: state)
            #expect(
                try dump("/upper/etc/aiu_config.json", from: plain).starts(with: Array("{\"word\":\"Julia\"} ".utf8)))
        }
    }

    @Test("a copy has the same content and a key of its own")
    func copy() async throws {
        try await withStampedState { state in
            let store = try open(state, try seal())
            let new = encrypted()
            try await store.createStateDisks([new])
            let id = VMID.random()
            try await store.copyState(of: new.id, to: id)
            #expect(try await store.diskKey(of: id) != store.diskKey(of: new.id))
            let plain = try await plain(id, store, in: state)
            #expect(try isClean(plain))
            #expect(try dump("/upper/etc/aiu_config.json", from: plain).starts(with: new.configuration))
            try await store.removeState(of: new.id)
            try await store.writeConfiguration(Array("{}".utf8), of: id)
            let after = try await self.plain(id, store, in: state)
            #expect(try dump("/upper/etc/aiu_config.json", from: after).starts(with: Array("{} ".utf8)))
        }
    }

    @Test("libguestfs formats them too, beside others, and finds their configuration")
    func appliance() async throws {
        try await withState { state in
            let store = try ImageStore(
                ImageStoreConfiguration(stateDirectory: state, forceTCG: true, useStamp: false, seal: try seal()) { _ in
                    nil
                })
            let (first, second) = (encrypted(), disk("{\"word\":\"Cantor\"}", size: .mebibytes(256)))
            try await store.createStateDisks([first, second])
            #expect(
                try dump("/upper/etc/aiu_config.json", from: store.stateDiskPath(of: second.id))
                    .starts(with: second.configuration))
            let before = try await plain(first.id, store, in: state)
            #expect(try isClean(before))
            #expect(try dump("/upper/etc/aiu_config.json", from: before).starts(with: first.configuration))
            // Nobody knows where it is.
            try await store.writeConfiguration(Array("{\"word\":\"Julia\"}".utf8), of: first.id)
            let after = try await plain(first.id, store, in: state)
            #expect(try isClean(after))
            #expect(
                try dump("/upper/etc/aiu_config.json", from: after).starts(with: Array("{\"word\":\"Julia\"} ".utf8)))
        }
    }

    @Test("without the host's key nothing is made, and nothing that is there is opened")
    func withoutSeal() async throws {
        try await withStampedState { state in
            let new = encrypted()
            let closed = try open(state, nil)
            let refused = await #expect(throws: Failure.self) { try await closed.createStateDisks([disk(), new]) }
            #expect(refused?.message.contains("no credential 'aiu-secrets'") == true)
            #expect(try Files.names(in: "\(state)/vms").isEmpty)
            try await open(state, try seal()).createStateDisks([new])
            for (seal, words) in [(nil, "no credential"), (try seal(8), "does not open")] as [(SecretSeal?, String)] {
                let store = try open(state, seal)
                let failures = [
                    await #expect(throws: Failure.self) { try await store.diskKey(of: new.id) },
                    await #expect(throws: Failure.self) { try await store.copyState(of: new.id, to: .random()) },
                    await #expect(throws: Failure.self) {
                        try await store.writeConfiguration(Array("{}".utf8), of: new.id)
                    },
                    await #expect(throws: Failure.self) { try await store.growState(of: new.id, to: .gibibytes(1)) },
                ]
                for failure in failures {
                    #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
                }
                #expect(try Files.names(in: "\(state)/vms") == [new.id.text])
            }
        }
    }

    @Test("one VM's key is no other's, and a key that was changed is none")
    func exchanged() async throws {
        try await withStampedState { state in
            let store = try open(state, try seal())
            let (first, second) = (encrypted(), encrypted())
            try await store.createStateDisks([first, second])
            let path = "\(store.folder(of: first.id))/disk.key"
            try Files.replace(path, with: try Files.read("\(store.folder(of: second.id))/disk.key"))
            let exchanged = await #expect(throws: Failure.self) { try await store.diskKey(of: first.id) }
            #expect(exchanged?.reason == .damaged)
            var bytes = try Files.read(path)
            bytes[bytes.count - 1] ^= 1
            try Files.replace(path, with: bytes)
            let changed = await #expect(throws: Failure.self) { try await store.diskKey(of: first.id) }
            #expect(changed?.reason == .denied)
        }
    }

    @Test(
        "removing it destroys its key and the part of the disk that the key opens, also after a crash",
        arguments: [false, true])
    func destruction(isInterrupted: Bool) async throws {
        try await withStampedState { state in
            let store = try open(state, try seal())
            let new = encrypted()
            try await store.createStateDisks([new])
            let key = try FileDescriptor.open("\(store.folder(of: new.id))/disk.key", O_RDONLY)
            let disk = try FileDescriptor.open(store.stateDiskPath(of: new.id), O_RDONLY)
            let before = [try key.read(4096, at: 0), try disk.read(LUKSVolume.headLength, at: 0)]
            #expect(before.allSatisfy { !$0.allSatisfy { $0 == 0 } })
            if isInterrupted {
                try Files.rename(store.folder(of: new.id), to: "\(state)/vms/.old-\(new.id)")
                _ = try open(state, try seal())
            } else {
                try await store.removeState(of: new.id)
            }
            let after = [try key.read(4096, at: 0), try disk.read(LUKSVolume.headLength, at: 0)]
            #expect(after.map(\.count) == before.map(\.count) && after.allSatisfy { $0.allSatisfy { $0 == 0 } })
            #expect(try Files.names(in: "\(state)/vms").isEmpty)
        }
    }
}
