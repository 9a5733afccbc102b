package import AIUWire

/// Finds the middle of any number of values in bounded memory, by counting in ever narrower ranges.
package struct MedianSearch {
    /// Values that are sorted in memory.
    package static let mostValues = 2_000_000
    private static let buckets = 1 << 20

    /// Calls its argument with every value; may do so several times.
    private let each: ((Double) -> Void) throws(ToolReply.Failure) -> Void
    private let mostValues: Int

    package init(
        mostValues: Int = mostValues, _ each: @escaping ((Double) -> Void) throws(ToolReply.Failure) -> Void
    ) {
        self.mostValues = mostValues
        self.each = each
    }

    package func find() throws(ToolReply.Failure) -> (median: Double, count: Int)? {
        var values: [Double] = []
        var count = 0
        try each { value in
            count += 1
            if values.count < mostValues { values.append(value) }
        }
        guard count > 0 else { return nil }
        if count == values.count { return (Self.middle(&values), count) }
        values = []
        return (try narrow(count), count)
    }

    static func middle(_ values: inout [Double]) -> Double {
        values.sort()
        let half = values.count / 2
        return values.count & 1 == 1 ? values[half] : (values[half - 1] + values[half]) / 2
    }

    private func narrow(_ count: Int) throws(ToolReply.Failure) -> Double {
        var low = UInt64.min
        var high = UInt64.max
        // The places of the two middle values among those from `low` on.
        var first = (count - 1) / 2
        var second = count / 2
        while true {
            let width = (high - low) / UInt64(Self.buckets) + 1
            var counts = [Int32](repeating: 0, count: Self.buckets)
            let (from, to) = (low, high)
            try each { value in
                let key = Self.key(value)
                if key >= from, key <= to { counts[Int((key - from) / width)] &+= 1 }
            }
            let (firstBucket, before) = Self.bucket(of: first, counts)
            let (secondBucket, _) = Self.bucket(of: second, counts)
            let start = low + UInt64(firstBucket) * width
            let end = min(high, start + (width - 1))
            if firstBucket != secondBucket {
                // The greatest of one bucket and the least of another.
                let secondStart = low + UInt64(secondBucket) * width
                var greatest = UInt64.min
                var least = UInt64.max
                try each { value in
                    let key = Self.key(value)
                    if key >= start, key <= end { greatest = max(greatest, key) }
                    if key >= secondStart { least = min(least, key) }
                }
                return (Self.value(greatest) + Self.value(least)) / 2
            }
            first -= before
            second -= before
            if start == end { return Self.value(start) }
            (low, high) = (start, end)
            guard counts[firstBucket] <= mostValues else { continue }
            var values: [Double] = []
            try each { value in
                let key = Self.key(value)
                if key >= start, key <= end { values.append(value) }
            }
            values.sort()
            return (values[first] + values[second]) / 2
        }
    }

    private static func bucket(of rank: Int, _ counts: [Int32]) -> (bucket: Int, before: Int) {
        var before = 0
        for (bucket, count) in counts.enumerated() {
            if before + Int(count) > rank { return (bucket, before) }
            before += Int(count)
        }
        return (counts.count - 1, before)
    }

    /// Whole numbers in the order of the values.
    private static func key(_ value: Double) -> UInt64 {
        let bits = (value + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }

    private static func value(_ key: UInt64) -> Double {
        Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
    }
}
