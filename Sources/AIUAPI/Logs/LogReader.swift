internal import AIUSystem
internal import Glibc
internal import Synchronization

/// Reads a log that someone else writes and rotates. Files are opened at once, so a rotation loses nothing of them.
final class LogReader: Sendable {
    private static let chunk = 64 * 1024
    private static let mostParts = 16

    private let parts: Mutex<[LogPart]>

    /// The parts, oldest first; with `tail`, from so many lines before the end on.
    init(_ paths: [String], tail: Int?) throws(SystemError) {
        var opened: [LogPart] = []
        for path in paths.suffix(Self.mostParts) {
            if let part = try LogPart.open(path) { opened.append(part) }
        }
        if let tail { try Self.skip(&opened, keeping: tail) }
        parts = Mutex(opened)
    }

    /// Sends what there is and, when following, what comes, until the client or the VM is gone.
    func send(
        to stream: ByteStream, followingEvery interval: Duration?, paths: @Sendable () async -> [String]?
    ) async {
        var current: LogPart?
        for part in parts.withLock({ $0 }) {
            guard await send(part, to: stream) else { return }
            current = part
        }
        guard let interval else { return }
        while !Task.isCancelled {
            do { try await Task.sleep(for: interval) } catch { return }
            guard let path = await paths()?.last else { return }
            do throws(SystemError) {
                if let part = current, try part.isStill(at: path) {
                    guard await send(part, to: stream) else { return }
                    continue
                }
                // Rotated: first the rest of the old part, then the new one from its beginning.
                if let part = current, await !send(part, to: stream) { return }
                guard let next = try LogPart.open(path) else { continue }
                current = next
                guard await send(next, to: stream) else { return }
            } catch {
                return
            }
        }
    }

    private func send(_ part: LogPart, to stream: ByteStream) async -> Bool {
        while true {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try part.read(upTo: Self.chunk)
            } catch {
                return false
            }
            if bytes.isEmpty { return true }
            guard await stream.write(bytes) else { return false }
        }
    }

    /// Moves the beginning so that only the last lines are left.
    private static func skip(_ parts: inout [LogPart], keeping lines: Int) throws(SystemError) {
        var left = lines
        for index in parts.indices.reversed() {
            left -= try parts[index].skip(keeping: left)
            if left <= 0, index > 0 {
                parts.removeFirst(index)
                return
            }
        }
    }
}
