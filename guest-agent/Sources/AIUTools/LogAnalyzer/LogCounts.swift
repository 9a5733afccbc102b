/// Counts patterns of messages and keeps one of each to show; the rare ones go when there are too many.
struct LogCounts {
    private static let most = 20_000

    /// What is known of one pattern.
    struct Group {
        var count = 0
        var example: [UInt8]
        var level: LogLevel?
        let order: Int
    }

    private var groups: [[UInt8]: Group] = [:]
    private var next = 0
    /// Some were forgotten: the counts of rare ones may be too low.
    private(set) var isCut = false

    mutating func add(_ entry: LogEntry) {
        let key = MessagePattern.of(entry.message)
        if var group = groups[key] {
            group.count += 1
            groups[key] = group
            return
        }
        if groups.count >= Self.most {
            isCut = true
            let kept = groups.sorted { $0.value.count > $1.value.count }.prefix(Self.most / 2)
            groups = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
        groups[key] = Group(count: 1, example: Array(entry.message.prefix(300)), level: entry.level, order: next)
        next += 1
    }

    /// The most frequent ones, the first seen before others that are as frequent.
    func top(_ count: Int) -> [Group] {
        Array(
            groups.values.sorted { $0.count == $1.count ? $0.order < $1.order : $0.count > $1.count }.prefix(count))
    }
}
