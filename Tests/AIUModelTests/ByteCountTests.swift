import AIUModel
import Testing

struct ByteCountTests {
    @Test(
        "sizes are read as people write them",
        arguments: [
            ("2GB", 2 << 30), ("512MB", 512 << 20), ("512MiB", 512 << 20), ("1.5G", 1536 << 20), ("64k", 64 << 10),
            ("100", 100), ("100B", 100), ("1tb", 1 << 40), ("0", 0),
        ] as [(String, UInt64)])
    func good(text: String, bytes: UInt64) {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test(
        "what is no size is refused",
        arguments: [
            "", "GB", "-1GB", "1.GB", ".5GB", "1e3", "1 GB", "2XB", "1.0000001KB", "99999999999999999TB", "0x10",
            "1\u{212A}", "١GB",
        ])
    func bad(text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test(
        "the shortest exact form",
        arguments: [
            (2 << 30, "2GB"), (1536 << 20, "1536MB"), (100, "100"), (0, "0"), (1 << 40, "1TB"),
        ] as [(UInt64, String)])
    func described(bytes: UInt64, text: String) {
        #expect(ByteCount(bytes: bytes).description == text)
    }
}
