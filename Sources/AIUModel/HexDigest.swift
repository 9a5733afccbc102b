/// SHA-256 as it stands in texts: 64 lower case hex digits.
package enum HexDigest {
    private static let digits = Set("0123456789abcdef".utf8)

    package static func isSHA256(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy(digits.contains)
    }
}
