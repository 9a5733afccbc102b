import AIUDigest
import AIUSystem
import Testing

@Suite struct SHA256Tests {
    // FIPS 180-4 examples and NIST's short-message vectors.
    static let vectors: [(message: [UInt8], digest: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ([0xd3], "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
        (
            [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test(arguments: vectors.indices)
    func knownAnswers(index: Int) {
        let vector = Self.vectors[index]
        #expect(SHA256.hex(of: vector.message) == vector.digest)
    }

    @Test("the size of the pieces does not matter", arguments: [1, 3, 55, 56, 63, 64, 65, 4096])
    func pieces(size: Int) {
        let message = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var digest = SHA256()
        var start = 0
        while start < message.count {
            let end = min(start + size, message.count)
            digest.update(Array(message[start..<end]))
            start = end
        }
        #expect(digest.finalize() == SHA256.digest(of: message))
        #expect(digest.finalize().count == SHA256.length)
    }

    @Test("a digest in the making can be read and continued")
    func continuing() {
        var digest = SHA256()
        digest.update(Array("ab".utf8))
        #expect(digest.hex() == SHA256.hex(of: "ab"))
        digest.update([UInt8(ascii: "c")])
        #expect(digest.hex() == Self.vectors[1].digest)
    }

    @Test func files() throws {
        let path = "/tmp/aiu-digest-\(Timestamp.now.milliseconds)"
        defer { try? Files.remove(path) }  // a leftover in /tmp harms nobody
        try Files.replace(path, with: Self.vectors[4].message)
        #expect(try SHA256.hex(ofFile: path) == Self.vectors[4].digest)
        #expect(throws: SystemError("open", "\(path)-missing", code: .noSuchFile)) {
            try SHA256.hex(ofFile: "\(path)-missing")
        }
        #expect(throws: SystemError("read", "/tmp", code: .isDirectory)) { try SHA256.hex(ofFile: "/tmp") }
    }
}
