/// What stands between two quotation marks.
enum Quotation {
    private static let marks = [
        ("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("`", "`"), ("'", "'"), ("‘", "’"),
    ]

    /// All that is quoted, if a span begins or ends at one of its marks and cuts the rest off.
    static func whole(
        around span: TagPath.Span, _ kept: [PromptWord], without others: Set<Int>
    ) -> TagPath.Span? {
        for (opening, closing) in marks {
            guard
                let start = (0..<span.lowerBound).last(where: {
                    kept[$0].text == opening && isOpen(before: $0, kept)
                }),
                let stop = (span.upperBound + 1..<max(kept.count, span.upperBound + 1)).first(where: {
                    kept[$0].text == closing && isOpen(after: $0, kept)
                })
            else { continue }
            let inside = start + 1..<stop
            let isCut = inside.contains { at in
                (kept[at].text == opening || kept[at].text == closing)
                    && (isOpen(before: at, kept) || isOpen(after: at, kept))
            }
            if isCut { continue }
            if start == span.lowerBound - 1 || stop == span.upperBound + 1, !inside.contains(where: others.contains) {
                return start + 1...stop - 1
            }
        }
        return nil
    }

    /// Whether no word touches a mark on its left: an apostrophe is inside of a word.
    private static func isOpen(before place: Int, _ kept: [PromptWord]) -> Bool {
        place == 0 || kept[place].start > kept[place - 1].end || isSingle(kept[place - 1])
    }

    private static func isOpen(after place: Int, _ kept: [PromptWord]) -> Bool {
        place + 1 == kept.count || kept[place + 1].start > kept[place].end || isSingle(kept[place + 1])
    }

    private static func isSingle(_ word: PromptWord) -> Bool {
        word.text.unicodeScalars.first.map { ScalarClass($0) } == .single
    }
}
