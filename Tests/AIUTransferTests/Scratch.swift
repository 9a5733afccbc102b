import AIUSystem
import Glibc
import Testing

/// A folder of its own for one test, removed afterwards.
struct Scratch {
    let path: String

    @discardableResult
    static func with<Result>(_ body: (Scratch) throws -> Result) throws -> Result {
        let path = "/tmp/aiu-transfer-test-\(getpid())-\(UInt64.random(in: .min ... .max))"
        try Files.makeFolder(path)
        defer {
            // Left over at worst; the test's own failure is what counts.
            try? Files.removeTree(path)
        }
        return try body(Scratch(path: path))
    }

    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws {
        let file = try FileDescriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        try file.writeAll(Array(text.utf8))
        #expect(fchmod(file.raw, mode) == 0)
    }

    func folder(_ name: String, mode: UInt32 = 0o755) throws {
        try Files.makeFolder("\(path)/\(name)")
        #expect(unsafe chmod("\(path)/\(name)", mode) == 0)
    }

    func link(_ name: String, to target: String) {
        #expect(unsafe symlink(target, "\(path)/\(name)") == 0)
    }

    /// Every path below with its kind, mode and content, sorted.
    func listing(_ name: String = "") throws -> [String] {
        let top = name.isEmpty ? path : "\(path)/\(name)"
        return try Files.names(in: top).flatMap { child -> [String] in
            let full = "\(top)/\(child)"
            let shown = name.isEmpty ? child : "\(name)/\(child)"
            var information = stat()
            #expect(unsafe lstat(full, &information) == 0)
            let mode = String(information.st_mode & 0o7777, radix: 8)
            switch information.st_mode & S_IFMT {
            case S_IFDIR: return ["\(shown)/ \(mode)"] + (try listing(shown))
            case S_IFLNK: return ["\(shown) -> \(try target(of: full))"]
            case _: return ["\(shown) \(mode) \(String(decoding: try Files.read(full), as: UTF8.self).prefix(40))"]
            }
        }
    }

    private func target(of path: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
