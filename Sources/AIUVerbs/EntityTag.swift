/// What a server calls exactly these bytes, by which it goes on with them later, and with no others.
package struct EntityTag: Equatable, Sendable {
    private static let longest = 512

    package let text: String

    /// Takes the last of the lines that curl wrote, one for each redirection that had one. Nil for what promises less than the
    /// same bytes, and for what has no place in a header.
    package init?(saved: [UInt8]) {
        guard let tag = saved.split(separator: UInt8(ascii: "\n")).last, (2...Self.longest).contains(tag.count),
            tag.first == UInt8(ascii: "\""), tag.last == UInt8(ascii: "\""),
            tag.dropFirst().dropLast().allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") })
        else { return nil }
        text = String(decoding: tag, as: UTF8.self)
    }
}
