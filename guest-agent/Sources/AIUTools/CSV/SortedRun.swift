internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Sorted rows that were put aside in a file without a name, read back in order.
struct SortedRun: ~Copyable {
    private var reader: CSVReader
    private let places: [Int]
    private let columns: [Column]
    private(set) var key: SortKey?
    private(set) var row: [UInt8] = []

    private init(_ reader: consuming CSVReader, _ places: [Int], _ columns: [Column]) {
        self.reader = reader
        self.places = places
        self.columns = columns
    }

    /// Takes over a file written by `write`.
    static func open(
        _ file: consuming FileDescriptor, _ places: [Int], _ columns: [Column]
    ) throws(ToolReply.Failure) -> SortedRun {
        let name = "a temporary file"
        var run = SortedRun(
            try CSVReader(try TextSource(file, name: name), dialect: CSVDialect(), name: name), places, columns)
        try run.advance()
        return run
    }

    mutating func advance() throws(ToolReply.Failure) {
        guard try reader.advance() else {
            key = nil
            return
        }
        key = SortKey(reader, places, columns)
        row = reader.row()
    }

    /// A file with these rows that is gone when it is closed.
    static func write(_ rows: [[UInt8]]) throws(ToolReply.Failure) -> FileDescriptor {
        do throws(SystemError) {
            let path = "\(TemporaryFolder.current)/aiu-sort-\(getpid())"
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
            try Files.remove(path)
            var bytes: [UInt8] = []
            for row in rows {
                bytes += row
                if bytes.count > 1 << 20 {
                    try file.writeAll(bytes)
                    bytes.removeAll(keepingCapacity: true)
                }
            }
            try file.writeAll(bytes)
            try SystemError.checkErrno(lseek(file.raw, 0, SEEK_SET), "rewind")
            return file
        } catch {
            throw TextFile.failure(error, name: "a temporary file")
        }
    }
}
