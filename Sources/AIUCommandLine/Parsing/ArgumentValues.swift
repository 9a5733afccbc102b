import AIUJSON

extension Arguments {
    /// An option's value as whatever `parse` makes of it; `expected` completes "must be …".
    package func value<Value>(
        _ name: String, expected: String, _ parse: (String) -> Value?
    ) throws(UsageError) -> Value? {
        guard let text = option(name) else { return nil }
        guard let value = parse(text) else {
            throw error("`--\(name)` must be \(expected), not \(Excerpt.quoted(text))")
        }
        return value
    }

    package func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        try value(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            // `Int` takes a plus sign; people who type one mean something relative, which this is not.
            $0.hasPrefix("+") ? nil : Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    package func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(UsageError) -> Value? {
        guard let text = option(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue)
            throw error(
                "`--\(name)` must be one of \(names.joined(separator: ", ")), not \(Excerpt.quoted(text))",
                suggestion: NearestName.find(text, in: names))
        }
        return value
    }

    /// A duration such as `500ms`, `30s`, `5m`, `1h30m`.
    package func duration(_ name: String, in range: ClosedRange<Duration>) throws(UsageError) -> Duration? {
        let limits = "\(DurationText.spell(range.lowerBound)) to \(DurationText.spell(range.upperBound))"
        return try value(name, expected: "a duration from \(limits), such as 500ms, 30s or 1h30m") {
            DurationText.parse($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A size in bytes such as `512MB` or `1.5G`; `GB` and `GiB` both mean 1024³.
    package func size(_ name: String, in range: ClosedRange<UInt64>) throws(UsageError) -> UInt64? {
        let limits = "\(SizeText.spell(range.lowerBound)) to \(SizeText.spell(range.upperBound))"
        return try value(name, expected: "a size from \(limits), such as 512MB or 2GB") {
            SizeText.parse($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}
