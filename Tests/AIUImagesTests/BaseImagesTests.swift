import AIUDigest
import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite struct BaseImagesTests {
    /// Installs a small image and returns its digest.
    @discardableResult
    static func install(
        in state: String, flavour: String = "micro", link: String? = nil, change: (String) -> String = { $0 }
    ) throws -> String {
        let kernel = Array("kernel of \(flavour)".utf8)
        let root = [UInt8](repeating: 7, count: 300_000)
        let manifest = change(
            """
            {"format":1,"flavour":"\(flavour)","architecture":"x86_64","packages":[{"name":"a"}],
             "kernel":{"file":"vmlinux","bytes":\(kernel.count),"sha256":"\(SHA256.hex(of: kernel))"},
             "root":{"file":"root.erofs","bytes":\(root.count),"sha256":"\(SHA256.hex(of: root))"}}
            """)
        let digest = String(SHA256.hex(of: manifest).prefix(16))
        let home = "\(state)/images/\(digest)"
        try Files.makeFolder(home)
        try Files.replace("\(home)/vmlinux", with: kernel)
        try Files.replace("\(home)/root.erofs", with: root)
        try Files.replace("\(home)/manifest.json", with: Array(manifest.utf8))
        unsafe symlink(digest, "\(state)/images/\(link ?? flavour)")
        return digest
    }

    @Test func found() async throws {
        try await withState { state in
            let digest = try Self.install(in: state)
            let store = try openStore(state)
            let image = try await store.image(flavour: "micro")
            #expect(image.digest == digest)
            #expect(image.kernelPath == "\(state)/images/\(digest)/vmlinux")
            #expect(image.rootPath == "\(state)/images/\(digest)/root.erofs")
            #expect(image.kernelDigest == SHA256.hex(of: "kernel of micro"))
            #expect(try await store.image(digest: digest) == image)
            #expect(try await openStore(state).image(flavour: "micro") == image)
        }
    }

    @Test("a file that was checked and then altered is found out, whatever its times say")
    func memory() async throws {
        try await withState { state in
            let digest = try Self.install(in: state)
            _ = try await openStore(state).image(flavour: "micro")
            #expect(Files.exists("\(state)/cache/verified.json"))
            let again = try openStore(state)
            _ = try await again.image(flavour: "micro")
            // Same size, one byte different, and the time set back: only the change time gives it away.
            let path = "\(state)/images/\(digest)/root.erofs"
            let before = try Files.metadata(path)
            let file = try FileDescriptor.open(path, O_WRONLY)
            try file.writeAll([8])
            _ = unsafe withUnsafePointer(to: (before.st_atim, before.st_mtim)) { times in
                unsafe times.withMemoryRebound(to: timespec.self, capacity: 2) { unsafe futimens(file.raw, $0) }
            }
            for store in [again, try openStore(state)] {
                let failure = await #expect(throws: Failure.self) { try await store.image(flavour: "micro") }
                #expect(failure?.reason == .damaged)
                #expect(failure?.message.contains(path) == true)
                #expect(failure?.message.contains("make image") == true)
            }
        }
    }

    /// A way to spoil an installed image, and what must be said then.
    struct Spoiled: Sendable, CustomTestStringConvertible {
        let name: String
        let reason: Failure.Reason
        let says: String
        let spoil: @Sendable (String) throws -> Void

        var testDescription: String { name }
    }

    static let spoiled: [Spoiled] = [
        Spoiled(name: "kernel gone", reason: .unavailable, says: "vmlinux is missing") {
            try Files.remove("\($0)/vmlinux")
        },
        Spoiled(name: "root shorter", reason: .damaged, says: "root.erofs was altered: it has 5 bytes") {
            try Files.replace("\($0)/root.erofs", with: [1, 2, 3, 4, 5])
        },
        Spoiled(name: "root other bytes", reason: .damaged, says: "root.erofs was altered: its SHA-256 is") {
            try Files.replace("\($0)/root.erofs", with: [UInt8](repeating: 8, count: 300_000))
        },
        Spoiled(name: "kernel a link", reason: .damaged, says: "it is a link") {
            try Files.rename("\($0)/vmlinux", to: "\($0)/other")
            unsafe symlink("other", "\($0)/vmlinux")
        },
        Spoiled(name: "kernel a pipe", reason: .damaged, says: "no plain file") {
            try Files.remove("\($0)/vmlinux")
            unsafe mkfifo("\($0)/vmlinux", 0o600)
        },
        Spoiled(name: "manifest gone", reason: .unavailable, says: "manifest.json is missing") {
            try Files.remove("\($0)/manifest.json")
        },
        Spoiled(name: "manifest altered", reason: .damaged, says: "manifest.json was altered") {
            try Files.replace("\($0)/manifest.json", with: Array("{}".utf8))
        },
    ]

    @Test(arguments: spoiled)
    func refusals(spoiled: Spoiled) async throws {
        try await withState { state in
            let digest = try Self.install(in: state)
            try spoiled.spoil("\(state)/images/\(digest)")
            let store = try openStore(state)
            let failure = await #expect(throws: Failure.self) { try await store.image(flavour: "micro") }
            #expect(failure?.reason == spoiled.reason)
            #expect(failure?.message.contains(spoiled.says) == true, "\(failure?.message ?? "")")
            #expect(failure?.message.contains("`make image`") == true)
        }
    }

    // What stands in the manifest, what instead, and what comes of it; the digest fits in each case.
    @Test(
        arguments: [
            (#""format":1"#, #""format":2"#, Failure.Reason.unsupported),
            (#""format":1,"#, "", .unsupported),
            ("x86_64", "riscv64", .unsupported),
            (#""file":"vmlinux""#, #""file":"../../../etc/passwd""#, .damaged),
            (#""file":"vmlinux""#, #""file":"..""#, .damaged),
            (#""kernel":"#, #""other":"#, .damaged),
            (#""bytes":15"#, #""bytes":"many""#, .damaged),
            ("{", "", .damaged),
        ])
    func manifests(old: String, new: String, reason: Failure.Reason) async throws {
        try await withState { state in
            try Self.install(in: state) { manifest in
                let parts = manifest.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
                return parts.joined(separator: new)
            }
            let store = try openStore(state)
            let failure = await #expect(throws: Failure.self) { try await store.image(flavour: "micro") }
            #expect(failure?.reason == reason, "\(failure?.message ?? "")")
        }
    }

    @Test("names that are no flavours or digests are refused without a look outside")
    func names() async throws {
        try await withState { state in
            try Self.install(in: state)
            let store = try openStore(state)
            for flavour in ["", "..", "../images/micro", "big", "MICRO", String(repeating: "x", count: 65), "a\0b"] {
                let failure = await #expect(throws: Failure.self) { try await store.image(flavour: flavour) }
                #expect(failure?.reason == .unavailable)
                #expect(failure?.message.contains("there are: micro") == true)
            }
            for digest in ["", "..", "0123", "0123456789abcdeF", "../../etc/passwd"] {
                let failure = await #expect(throws: Failure.self) { try await store.image(digest: digest) }
                #expect(failure?.reason == .invalid)
            }
            let absent = await #expect(throws: Failure.self) { try await store.image(digest: "0123456789abcdef") }
            #expect(absent?.reason == .unavailable)
            try Self.install(in: state, flavour: "other", link: "wrong")
            let wrong = await #expect(throws: Failure.self) { try await store.image(flavour: "wrong") }
            #expect(wrong?.reason == .damaged)
        }
    }

    @Test("the examination names what is there and what is not")
    func examination() async throws {
        try await withState { state in
            let store = try openStore(state)
            let before = store.examine()
            #expect(before.first { $0.name == "image" }?.verdict == .bad)
            #expect(before.first { $0.name == "disk stamp" }?.verdict == .warning)
            #expect(before.allSatisfy { $0.verdict == .good || $0.remedy != nil || $0.name == "disk stamp" })
            let digest = try Self.install(in: state)
            try plantStamp(in: state)
            let after = try openStore(state).examine()
            #expect(after.first { $0.name == "image micro" }?.detail.contains(digest) == true)
            #expect(after.first { $0.name == "disk stamp" }?.verdict == .good)
            #expect(after.contains { $0.name == "disk space" })
        }
    }
}
