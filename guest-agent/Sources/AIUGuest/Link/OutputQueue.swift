internal import AIUSystem

/// Bytes that wait for a connection, in the pieces in which they came.
struct OutputQueue {
    private var pieces: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    private(set) var count = 0

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        pieces.append(bytes)
        count += bytes.count
    }

    /// Writes until nothing is left or the descriptor would block.
    mutating func write(to file: borrowing FileDescriptor) throws(SystemError) {
        while first < pieces.count {
            guard let written = try file.write(pieces[first], from: offset) else { break }
            count -= written
            offset += written
            if offset == pieces[first].count {
                // Freed at once; the slot itself goes when half of the slots are empty.
                pieces[first] = []
                first += 1
                offset = 0
            }
        }
        if first > 0, first * 2 >= pieces.count {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
