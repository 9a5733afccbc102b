internal import AIUJSON
internal import AIUWire

/// What is asked of a log, with its words understood.
struct LogQuery {
    /// As in the tool's arguments.
    enum Operation: String, CaseIterable, Sendable { case summary, entries, count, frequent, timeline }

    /// As in the tool's arguments.
    enum Step: String, CaseIterable, Sendable {
        case minute, hour, day

        var length: Int64 {
            switch self {
            case .minute: 60_000
            case .hour: 3_600_000
            case .day: Moment.day
            }
        }
    }

    let file: LogFile
    /// Entries of this level; in a summary, all.
    let level: LogLevel?
    private let text: [UInt8]
    let since: Moment?
    let until: Moment?
    let step: Step?
    let limit: Int?

    init(_ file: LogFile, _ arguments: Arguments) throws(ToolReply.Failure) {
        self.file = file
        level = try arguments.choice("level", LogLevel.self)
        text = Array(Folding.fold((arguments.text("text") ?? "").unquoted).utf8)
        step = try arguments.choice("per", Step.self)
        limit = arguments.integer("limit")
        let from = arguments.text("since")
        let to = arguments.text("until")
        guard from != nil || to != nil else {
            since = nil
            until = nil
            return
        }
        var latest: Moment?
        try file.each { entry, _, _ throws(ToolReply.Failure) in
            if let time = entry.time { latest = max(latest ?? time, time) }
        }
        guard let latest else {
            throw ToolReply.Failure(
                .invalid, "'\(file.name)' has no times that are understood, so none can be compared.")
        }
        since =
            if let from { try TimeBound(now: latest, argument: "since").moment(from, isEnd: false) } else { nil }
        until = if let to { try TimeBound(now: latest, argument: "until").moment(to, isEnd: true) } else { nil }
    }

    /// Hands those entries on that are asked for.
    func each(
        _ body: (LogEntry, _ line: [UInt8], _ isContinued: Bool) throws(ToolReply.Failure) -> Void
    ) throws(ToolReply.Failure) {
        // A stack trace goes with the entry that it belongs to.
        var isWanted = false
        try file.each { entry, line, isContinued throws(ToolReply.Failure) in
            if !isContinued {
                isWanted = matches(entry, line)
            } else if !text.isEmpty, !isWanted {
                isWanted = matches(entry, line)
            }
            if isWanted { try body(entry, line, isContinued) }
        }
    }

    private func matches(_ entry: LogEntry, _ line: [UInt8]) -> Bool {
        if let level {
            // Who asks for errors wants what is worse, too.
            guard let found = entry.level else { return false }
            guard level == .error ? found >= .error : found == level else { return false }
        }
        if let since, entry.time.map({ $0 < since }) ?? true { return false }
        if let until, entry.time.map({ $0 > until }) ?? true { return false }
        return text.isEmpty || contains(line)
    }

    private func contains(_ line: [UInt8]) -> Bool {
        guard line.allSatisfy({ $0 < 0x80 }) else {
            return Folding.fold(TextEncoding.text(line)).contains(String(decoding: text, as: UTF8.self))
        }
        guard line.count >= text.count, let first = text.first else { return false }
        for start in 0...(line.count - text.count) where Self.lowercased(line[start]) == first {
            var place = 1
            while place < text.count, Self.lowercased(line[start + place]) == text[place] { place += 1 }
            if place == text.count { return true }
        }
        return false
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
