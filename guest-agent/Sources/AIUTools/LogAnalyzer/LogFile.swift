internal import AIUSystem
internal import AIUWire
internal import Glibc

/// A log as a stream of entries, in bounded memory; lines that go on with an entry belong to it.
struct LogFile {
    let path: String
    let name: String
    private let parser: LogParser

    init(path: String, name: String) {
        self.path = path
        self.name = name
        // A file that cannot be examined cannot be read either, and that will be said.
        let modified = (try? Files.metadata(path)).map { Int64($0.st_mtim.tv_sec) * 1000 } ?? 0
        let day = Moment(milliseconds: modified).calendarDay
        parser = LogParser(year: day.year, lastMonth: day.month)
    }

    /// Hands every entry on with its line; lines without a time have that of the entry before.
    func each(
        _ body: (LogEntry, _ line: [UInt8], _ isContinued: Bool) throws(ToolReply.Failure) -> Void
    ) throws(ToolReply.Failure) {
        var reader = LineReader(try source())
        var last = LogEntry(message: [])
        var line: [UInt8] = []
        while try reader.next({ span in
            line.removeAll(keepingCapacity: true)
            for place in span.indices { line.append(span[place]) }
        }) {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            var entry = LogParser.continues(line) ? LogEntry(message: line) : parser.parse(line)
            let isContinued = entry.time == nil && entry.level == nil && last.time != nil
            if isContinued {
                entry.level = last.level
                entry.time = last.time
            } else if entry.time == nil {
                entry.time = last.time
            }
            if !isContinued { last = entry }
            try body(entry, line, isContinued)
        }
    }

    private func source() throws(ToolReply.Failure) -> TextSource {
        let lowercased = path.lowercased()
        guard lowercased.hasSuffix(".gz") || lowercased.hasSuffix(".xz") || lowercased.hasSuffix(".bz2") else {
            return try TextSource(path: path, name: name)
        }
        return try TextSource(try unpacked(lowercased), name: name)
    }

    /// What a compressed log holds, as a temporary file that nobody else sees.
    private func unpacked(_ lowercased: String) throws(ToolReply.Failure) -> FileDescriptor {
        let program = lowercased.hasSuffix(".gz") ? "gzip" : lowercased.hasSuffix(".xz") ? "xz" : "bzip2"
        let target = "\(TemporaryFolder.current)/unpacked-\(getpid())"
        var engine = Engine("/bin/sh", ["-c", "exec \(program) -dc <\"$1\" >\"$2\"", "sh", path, target])
        engine.fileSizeLimit = 2 << 30
        let outcome = try engine.run()
        do throws(SystemError) {
            let file = try FileDescriptor.open(target, O_RDONLY)
            try Files.remove(target)
            guard outcome.succeeded else { throw SystemError("unpack", name, code: .ioError) }
            return file
        } catch {
            throw ToolReply.Failure(.damaged, "'\(name)' could not be unpacked with \(program).")
        }
    }
}
