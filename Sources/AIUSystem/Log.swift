internal import Glibc
internal import Synchronization

/// A part's voice in the log: one line an event, `time level part: message`.
package struct Log: Sendable {
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error
        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Settings {
        var threshold = Level.info
        var descriptor = STDERR_FILENO
        var rotation: LogRotation?
    }

    private static let settings = Mutex(Settings())
    /// A longer message is cut: a hostile name or path must not fill the log.
    private static let longestMessage = 4096

    private let part: String

    package init(_ part: String) { self.part = part }

    /// Sets, for the whole process, what is logged and where.
    package static func configure(threshold: Level, descriptor: Int32 = STDERR_FILENO) {
        settings.withLock {
            $0.threshold = threshold
            $0.descriptor = descriptor
        }
    }

    /// Keeps the log's file small from now on.
    package static func rotate(_ rotation: LogRotation?) { settings.withLock { $0.rotation = rotation } }

    package func debug(_ message: @autoclosure () -> String) { write(.debug, message) }
    package func info(_ message: @autoclosure () -> String) { write(.info, message) }
    package func warning(_ message: @autoclosure () -> String) { write(.warning, message) }
    package func error(_ message: @autoclosure () -> String) { write(.error, message) }

    private func write(_ level: Level, _ message: () -> String) {
        guard level >= Self.settings.withLock({ $0.threshold }) else { return }
        // Control characters would let a guest's text forge lines or drive the reader's terminal.
        let text = message().unicodeScalars.prefix(Self.longestMessage).map {
            $0.value < 32 || $0.value == 127 ? " " : $0
        }
        var line = "\(Timestamp.now) \(level) \(part): "
        line.unicodeScalars.append(contentsOf: text)
        line += "\n"
        let count = line.utf8.count
        let descriptor = Self.settings.withLock { settings in
            settings.rotation?.makeRoom(for: count)
            return settings.descriptor
        }
        line.withUTF8 { buffer in
            // A log that cannot be written must not stop what it describes.
            _ = unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        }
    }
}
