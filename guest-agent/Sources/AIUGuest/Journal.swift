package import AIUSystem
package import AIUWire

/// Log lines on their way to the host: a bounded queue that forgets the oldest and counts what it forgot.
package final class Journal {
    private static let mostRecords = 1024
    private static let mostBytes = 192 * 1024
    private static let longestText = 2048

    private var records: [LogRecord] = []
    private var first = 0
    private var bytes = 0
    private var lost = 0
    /// Where warnings also go while nobody may be connected: the console.
    private let console: Handle?
    /// Called after a line came in.
    package var onNews: (() -> Void)?

    /// Warnings and errors are also written to the console, when there is one.
    package init(console: consuming FileDescriptor? = nil) {
        switch consume console {
        case .some(let descriptor): self.console = Handle(descriptor)
        case .none: self.console = nil
        }
    }

    package func info(_ text: String) { add(.agent, .info, text) }
    package func warning(_ text: String) { add(.agent, .warning, text) }
    package func error(_ text: String) { add(.agent, .error, text) }

    package func add(
        _ source: LogRecord.Source, _ level: LogRecord.Level, _ text: String, uptime: Int64 = Int64(Uptime.milliseconds)
    ) {
        let text = text.utf8.count <= Self.longestText ? text : String(text.prefix(Self.longestText / 4)) + "…"
        records.append(LogRecord(source: source, level: level, uptime: uptime, text: text))
        bytes += text.utf8.count
        while records.count - first > Self.mostRecords || bytes > Self.mostBytes { forget() }
        compact()
        if source == .agent, level == .warning || level == .error { writeToConsole(text) }
        onNews?()
    }

    package var isEmpty: Bool { first == records.count && lost == 0 }

    /// Takes out lines that together fit one frame, oldest first.
    package func takeBatch() -> [LogRecord] {
        var batch: [LogRecord] = []
        if lost > 0 {
            let text = "\(lost) log lines were lost here because they came faster than the host took them"
            batch.append(LogRecord(source: .agent, level: .warning, uptime: Int64(Uptime.milliseconds), text: text))
            lost = 0
        }
        // A character can take six bytes in JSON, and every record brings its field names.
        var room = WireProtocol.longestPayload - 1024
        while first < records.count, batch.count < 256 {
            let cost = records[first].text.utf8.count * 6 + 128
            guard cost <= room else { break }
            room -= cost
            bytes -= records[first].text.utf8.count
            batch.append(records[first])
            first += 1
        }
        compact()
        return batch
    }

    private func forget() {
        bytes -= records[first].text.utf8.count
        first += 1
        lost += 1
    }

    private func compact() {
        guard first == records.count || first > Self.mostRecords else { return }
        records.removeFirst(first)
        first = 0
    }

    private func writeToConsole(_ text: String) {
        guard let console else { return }
        // Nobody else could be told that the console does not work.
        _ = try? console.file.write(Array("aiu-agent: \(text)\n".utf8))
    }
}
