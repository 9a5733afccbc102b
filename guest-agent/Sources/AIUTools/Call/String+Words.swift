extension String {
    /// Without white space at both ends.
    package var trimmed: String { String(Substring(self).trimmed) }

    /// White space of any length, also line ends, as one space.
    package var collapsed: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

extension Substring {
    package var trimmed: Substring {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return Substring() }
        return self[first...last]
    }
}
