/// What an attached client has not read yet: a bounded number of bytes, and beyond it a note of how many were lost.
package struct ConsoleBacklog {
    private let limit: Int
    private var bytes: [UInt8] = []
    private var start = 0
    /// Lost after what is held, and not yet said.
    package private(set) var lost = 0

    package init(limit: Int = Limits.consoleBacklog) { self.limit = limit }

    package var count: Int { bytes.count - start }
    package var isEmpty: Bool { count == 0 && lost == 0 }

    /// Keeps what there is room for. After a loss it waits for half of the room, so that notes stay few.
    package mutating func append(_ output: [UInt8]) {
        if lost > 0 {
            guard count <= limit / 2 else {
                lost += output.count
                return
            }
            say()
        }
        compact()
        let kept = min(output.count, max(0, limit - count))
        bytes += output.prefix(kept)
        lost += output.count - kept
    }

    /// The next bytes to send; the note of a loss comes where the lost bytes would have been.
    package mutating func next(_ most: Int) -> ArraySlice<UInt8> {
        if count == 0, lost > 0 { say() }
        return bytes[start..<min(bytes.count, start + most)]
    }

    package mutating func removeFirst(_ count: Int) {
        start += count
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            start = 0
        }
    }

    private mutating func say() {
        bytes += Array("\r\n[\(lost) bytes of the console were lost here: they were not read in time]\r\n".utf8)
        lost = 0
    }

    private mutating func compact() {
        guard start >= limit / 2 else { return }
        bytes.removeSubrange(..<start)
        start = 0
    }
}
