import AIUDigest
import AIUTransfer
import AIUWire

/// Turns a fuzzer's bytes into frames that are often nearly right, so that deep states are reached.
struct HostileSender {
    private static let paths = [
        "", "a", "b", "f", "a/b", "a/f", "a/b/c", "b/l", "l", "l/x", "..", "../x", "a/../../x", "/x", "a//b", "a\0b",
        ".", "b/..", "l/../..", ".aiu", "a/b/c/d/e", "é", "e\u{301}", "b/c",
    ]
    private static let targets = ["", "a", "..", "../..", "../f", "a/..", "/etc", "../../outside", ".", "b/c", "\0"]

    private let bytes: [UInt8]
    private var position = 0
    private var digest = SHA256()
    private var announced: UInt64 = 0
    private var summary = TransferSummary(entries: 0, bytes: 0)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next frame, nil at the end of the bytes.
    mutating func next() -> Frame? {
        guard position < bytes.count else { return nil }
        switch byte() % 8 {
        case 0, 1, 2: return entry()
        case 3:
            let count = Int(byte() % 20)
            return data((0..<count).map { _ in byte() })
        case 4: return data([UInt8](repeating: 7, count: Int(min(announced, 70))))
        case 5: return Frame(.entryEnd, byte() % 4 == 0 ? [1] : digest.finalize())
        case 6: return byte() % 4 == 0 ? Frame(.done, [1]) : try? Frame(.done, encoding: summary)
        case _: return raw()
        }
    }

    private mutating func entry() -> Frame? {
        let kinds: [TransferEntry.Kind] = [.file, .folder, .link]
        let kind = kinds[Int(byte()) % kinds.count]
        let path = summary.entries == 0 && byte() % 8 != 0 ? "" : Self.paths[Int(byte()) % Self.paths.count]
        announced = kind == .file ? UInt64(byte() % 64) : 0
        if byte() == 255 { announced = .max }
        digest = SHA256()
        summary.entries += 1
        let target = kind == .link ? Self.targets[Int(byte()) % Self.targets.count] : nil
        // A mode with every bit that must not arrive; times from everywhere.
        let entry = TransferEntry(
            path: path, kind: kind, mode: 0o7000 | UInt32(byte()), size: announced,
            modified: Int64(byte()) << (byte() % 56), target: target)
        return try? Frame(.entry, encoding: entry)
    }

    private mutating func data(_ payload: [UInt8]) -> Frame {
        digest.update(payload)
        summary.bytes += UInt64(payload.count)
        announced -= min(announced, UInt64(payload.count))
        return Frame(.data, payload)
    }

    private mutating func raw() -> Frame {
        let kind = FrameKind.allCases[Int(byte()) % FrameKind.allCases.count]
        let count = Int(byte())
        return Frame(kind, (0..<count).map { _ in byte() })
    }

    private mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }
}
