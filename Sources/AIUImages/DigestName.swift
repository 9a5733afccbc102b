/// Digests as names of files.
enum DigestName {
    private static let digits = Set("0123456789abcdef".utf8)

    /// 16 digits, as images and stamps are named.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 16 && text.utf8.allSatisfy { digits.contains($0) }
    }
}
