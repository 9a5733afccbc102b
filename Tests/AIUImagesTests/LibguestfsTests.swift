import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

/// With the real libguestfs: every start of its appliance takes seconds, so there are few.
@Suite(.serialized) struct LibguestfsTests {
    /// A state directory with an image whose root file system is real.
    static func withRealImage(_ body: (String, String) async throws -> Void) async throws {
        try await withState { state in
            let tree = "\(state)/tree"
            try Files.makeFolder("\(tree)/etc", mode: 0o755)
            try Files.replace("\(tree)/etc/os-release", with: Array("NAME=base\n".utf8), mode: 0o644)
            unsafe symlink("/etc/os-release", "\(tree)/etc/link")
            unsafe symlink("/etc/shadow", "\(tree)/etc/outside")
            unsafe mkfifo("\(tree)/etc/pipe", 0o600)
            #expect(try output("mkfs.erofs", ["-zlz4hc", "\(state)/root.erofs", tree]) != nil)
            let root = try Files.read("\(state)/root.erofs")
            try RealImage.install(root: root, in: state)
            try await body(state, "\(state)/images")
        }
    }

    @Test("the stamp is made once, and files are written through it as the VM would see them")
    func stampAndWrite() async throws {
        try await Self.withRealImage { state, _ in
            let store = try openStore(state)
            let started = ContinuousClock.now
            try await store.prepare()
            print("stamp made in \(ContinuousClock.now - started)")
            let stamp = try #require(stamps(in: state).existing())
            #expect(try isClean(stamp.path))
            print("stamp takes \(stamp.allocated) bytes")
            let new = disk(size: .gibibytes(4))
            let second = ContinuousClock.now
            try await store.createStateDisks([new])
            print("first state disk in \(ContinuousClock.now - second)")
            let path = store.stateDiskPath(of: new.id)
            #expect(try isClean(path))
            let listing = try #require(try output("debugfs", ["-R", "ls -l /upper", path]))
            #expect(listing.contains("40755 (2)   1000   1000"), "\(listing)")
            #expect(try dump("/upper/etc/aiu_config.json", from: path).starts(with: new.configuration))

            // Through a link of the base image: the file is copied up and changed, as in the VM.
            try await store.writeFile("/etc/link", Array("NAME=changed\n".utf8), of: new.id)
            #expect(try dump("/upper/etc/os-release", from: path) == Array("NAME=changed\n".utf8))
            #expect(try isClean(path))

            // Somebody else wrote to the disk, so that the configuration's place is no longer ours to know.
            try await store.writeConfiguration(Array("{\"later\":1}".utf8), of: new.id)
            let later = try dump("/upper/etc/aiu_config.json", from: path)
            #expect(later.starts(with: Array("{\"later\":1} ".utf8)) && later.count == StateLayout.configurationBytes)
            #expect(try isClean(path))
        }
    }

    @Test("a deadline ends an appliance that takes too long, with its processes")
    func deadline() async throws {
        try await withState { state in
            let store = try openStore(state, deadline: .seconds(1))
            let started = ContinuousClock.now
            let failure = await #expect(throws: Failure.self) { try await store.prepare() }
            #expect(failure?.reason == .timedOut, "\(failure?.message ?? "")")
            #expect(ContinuousClock.now - started < .seconds(10))
            #expect(try Files.names(in: "\(state)/stamps").isEmpty)
        }
    }

    static let thorough = unsafe getenv("AIU_THOROUGH") != nil

    @Test("everything else that needs the appliance", .enabled(if: thorough, "set AIU_THOROUGH to run it"))
    func everything() async throws {
        try await Self.withRealImage { state, _ in
            let store = try openStore(state, useStamp: false)
            let new = [disk("{\"a\":1}"), disk("{\"b\":2}", size: .gibibytes(1))]
            try await store.createStateDisks(new)
            for item in new {
                let path = store.stateDiskPath(of: item.id)
                #expect(try isClean(path))
                #expect(try Files.metadata(path).st_size == Int(item.size.bytes))
                #expect(try dump("/upper/etc/aiu_config.json", from: path).starts(with: item.configuration))
            }
            try await store.injectConfigurations([new[0].id: Array("{}".utf8), new[1].id: Array("[]".utf8)])
            let id = new[0].id
            #expect(
                try dump("/upper/etc/aiu_config.json", from: store.stateDiskPath(of: id)).starts(with: [0x7b, 0x7d]))
            #expect(try await store.readFile("/etc/os-release", of: id) == Array("NAME=base\n".utf8))
            #expect(try await store.readFile("/etc/link", of: id) == Array("NAME=base\n".utf8))
            let large = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 3) }
            try await store.writeFile("/workspace/large", large, of: id)
            #expect(try await store.readFile("/workspace/large", of: id) == large)
            let refused: [(String, Failure.Reason)] = [
                ("/etc", .invalid), ("/etc/pipe", .invalid), ("/etc/nothing", .notFound), ("/etc/outside", .notFound),
            ]
            for (path, reason) in refused {
                let failure = await #expect(throws: Failure.self) { try await store.readFile(path, of: id) }
                #expect(failure?.reason == reason, "\(path): \(failure?.message ?? "")")
            }
            let noFolder = await #expect(throws: Failure.self) {
                try await store.writeFile("/no/such/folder", [1], of: id)
            }
            #expect(noFolder?.reason == .notFound)
            let tooLarge = await #expect(throws: Failure.self) {
                try await store.writeFile("/large", [UInt8](repeating: 0, count: (16 << 20) + 1), of: id)
            }
            #expect(tooLarge?.reason == .invalid)
            #expect(try isClean(store.stateDiskPath(of: id)))
        }
    }
}
