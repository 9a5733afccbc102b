import AIULUKS
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("disks in LUKS's format")
struct LUKSVolumeTests {
    private let key = DiskKey(Array(String(repeating: "0123456789abcdef", count: 4).utf8))
    private let other = DiskKey(Array(String(repeating: "f", count: 64).utf8))

    @Test("what was written is read again with the key, and with no other")
    func roundTrip() throws {
        let key = try #require(key)
        let volume = try LUKSVolume.make(key, uuid: "61697500-7669-8274-8077-0123456789ab")
        #expect(volume.head.count == LUKSVolume.headLength && Int64(volume.head.count) < LUKSVolume.payload)
        let plain = (0..<2048).map { UInt8(truncatingIfNeeded: $0 >> 2) }
        var bytes = plain
        try volume.cipher.encrypt(&bytes, at: 1 << 40)
        #expect(bytes != plain)
        try LUKSVolume.open(volume.head, key).decrypt(&bytes, at: 1 << 40)
        #expect(bytes == plain)
        let other = try #require(other)
        #expect(throws: LUKSError.wrongKey) { try LUKSVolume.open(volume.head, other) }
    }

    @Test("two disks have nothing in common, whatever is on them and whoever has the key")
    func distinct() throws {
        let key = try #require(key)
        let volumes = try (0..<2).map { _ in try LUKSVolume.make(key, uuid: "same") }
        var bytes = [[UInt8]](repeating: [UInt8](repeating: 0, count: 1024), count: 2)
        for index in bytes.indices { try volumes[index].cipher.encrypt(&bytes[index], at: 0) }
        #expect(bytes[0] != bytes[1])
        // Nor do two sectors of one.
        #expect(bytes[0].prefix(512) != bytes[0].suffix(512))
    }

    @Test(
        "a head that was changed is refused",
        arguments: [0, 6, 7, 8, 40, 72, 107, 111, 112, 132, 167, 211, 215, 216, 300])
    func changed(offset: Int) throws {
        let key = try #require(key)
        var head = try LUKSVolume.make(key, uuid: "u").head
        head[offset] ^= 0x80
        #expect(throws: LUKSError.self) { try LUKSVolume.open(head, key) }
        #expect(throws: LUKSError.self) { try LUKSVolume.open(Array(head.prefix(offset)), key) }
    }

    @Test("a stripe that is lost loses the key", arguments: [4096, 100_000, LUKSVolume.headLength - 1])
    func lostStripe(offset: Int) throws {
        let key = try #require(key)
        var head = try LUKSVolume.make(key, uuid: "u").head
        head[offset] ^= 1
        #expect(throws: LUKSError.wrongKey) { try LUKSVolume.open(head, key) }
    }

    @Test("parts of sectors are refused", arguments: [(511, 0), (512, 1), (512, -512)])
    func parts(count: Int, offset: Int64) throws {
        let cipher = try LUKSVolume.make(try #require(key), uuid: "u").cipher
        #expect(throws: SystemError.self) {
            var bytes = [UInt8](repeating: 0, count: count)
            try cipher.encrypt(&bytes, at: offset)
        }
    }

    @Test("QEMU reads what we write, and we what it does")
    func emulator() throws {
        let key = try #require(key)
        let folder = "/tmp/luks-test-\(VMID.random())"
        try Files.makeFolder(folder)
        defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
        try Files.replace("\(folder)/key", with: key.copy())
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        let volume = try LUKSVolume.make(key, uuid: "u")
        do {
            let file = try FileDescriptor.open("\(folder)/disk", O_RDWR | O_CREAT)
            var bytes = text
            try volume.cipher.encrypt(&bytes, at: 8192)
            try file.write(volume.head, at: 0)
            try file.write(bytes, at: LUKSVolume.payload + 8192)
            try file.truncate(to: LUKSVolume.payload + 65536)
        }
        let options = [
            "--object", "secret,id=k,file=\(folder)/key", "--image-opts",
            "driver=luks,key-secret=k,file.filename=\(folder)/disk",
        ]
        try run("/usr/bin/qemu-img", ["convert", "-O", "raw"] + options + ["\(folder)/plain"])
        let plain = try Files.read("\(folder)/plain")
        #expect(plain.count == 65536 && Array(plain[8192..<12288]) == text)
        try run(
            "/usr/bin/qemu-io",
            Array(options.prefix(2)) + ["--image-opts", "-c", "write -P 0x79 512 1024", options[3]])
        let file = try FileDescriptor.open("\(folder)/disk", O_RDONLY)
        var bytes = try file.read(1024, at: LUKSVolume.payload + 512)
        try LUKSVolume.open(try file.read(LUKSVolume.headLength, at: 0), key).decrypt(&bytes, at: 512)
        #expect(bytes == [UInt8](repeating: 0x79, count: 1024))
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let child = try Child.spawn(SpawnRequest(program, arguments, environment: ["PATH=/usr/bin:/bin"]))
        #expect(try child.wait() == .exited(0), "\(program) \(arguments)")
    }

    @Test(
        "a key is 64 hex digits, and shows nothing of itself", arguments: ["", "0", String(repeating: "G", count: 64)])
    func keys(text: String) throws {
        #expect(DiskKey(Array(text.utf8)) == nil)
        #expect("\(try #require(key))" == "•••")
        #expect(key != other && key == DiskKey(Array(String(repeating: "0123456789abcdef", count: 4).utf8)))
    }
}
