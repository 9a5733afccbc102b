internal import Glibc
internal import Synchronization

/// A part's voice in the log: one line an event, `time level part: message`.
package struct Log: Sendable {
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error
        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private static let settings = Mutex((threshold: Level.info, descriptor: STDERR_FILENO))
    /// A longer message is cut: a hostile name or path must not fill the log.
    private static let longestMessage = 4096

    private let part: String

    package init(_ part: String) { self.part = part }

    /// Sets, for the whole process, what is logged and where.
    package static func configure(threshold: Level, descriptor: Int32 = STDERR_FILENO) {
        settings.withLock { $0 = (threshold, descriptor) }
    }

    package func debug(_ message: @autoclosure () -> String) { write(.debug, message) }
    package func info(_ message: @autoclosure () -> String) { write(.info, message) }
    package func warning(_ message: @autoclosure () -> String) { write(.warning, message) }
    package func error(_ message: @autoclosure () -> String) { write(.error, message) }

    private func write(_ level: Level, _ message: () -> String) {
        let (threshold, descriptor) = Self.settings.withLock { $0 }
        guard level >= threshold else { return }
        // Control characters would let a guest's text forge lines or drive the reader's terminal.
        let text = message().unicodeScalars.prefix(Self.longestMessage).map {
            $0.value < 32 || $0.value == 127 ? " " : $0
        }
        var line = "\(Timestamp.now) \(level) \(part): "
        line.unicodeScalars.append(contentsOf: text)
        line += "\n"
        line.withUTF8 { buffer in
            // A log that cannot be written must not stop what it describes.
            _ = unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        }
    }
}
