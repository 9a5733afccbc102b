import AIUSystem
import Testing

/// What one process takes at one moment.
struct ProcessFigures {
    /// Pages that nobody else has, in bytes: what would be free if it were gone.
    let privateBytes: Int
    /// Without shared memory: what a back end maps of that is the guest's own memory.
    let residentBytes: Int
    let descriptors: Int
    let threads: Int

    init(_ pid: Int32) throws {
        let sizes = try Self.sizes(in: "/proc/\(pid)/smaps_rollup")
        privateBytes = sizes["Private_Clean:", default: 0] + sizes["Private_Dirty:", default: 0]
        let status = try Self.sizes(in: "/proc/\(pid)/status")
        residentBytes = try #require(status["RssAnon:"]) + #require(status["RssFile:"])
        descriptors = try Files.names(in: "/proc/\(pid)/fd").count
        threads = try Files.names(in: "/proc/\(pid)/task").count
    }

    private static func sizes(in path: String) throws -> [String: Int] {
        let lines = String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n")
        var sizes: [String: Int] = [:]
        for line in lines {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count == 3, words[2] == "kB", let size = Int(words[1]) { sizes[String(words[0])] = size << 10 }
        }
        return sizes
    }

    /// Children that ended and that it has not reaped.
    static func zombies(of parents: Set<Int32>) throws -> Int {
        try Files.names(in: "/proc").count { name in
            // A process may end while it is looked at. Its program's name may hold anything, so fields begin after it.
            guard Int32(name) != nil, let bytes = try? Files.read("/proc/\(name)/stat"),
                let end = bytes.lastIndex(of: UInt8(ascii: ")"))
            else { return false }
            let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
            guard fields.count > 1, let parent = Int32(fields[1]) else { return false }
            return fields[0] == "Z" && parents.contains(parent)
        }
    }
}
