internal import AIUWire

/// Follows a stream of frames, to know how much at its end belongs to one that is not whole yet.
struct FrameTail {
    /// Bytes of the frame that is not whole; 0 between two frames.
    private(set) var count = 0
    private var header: [UInt8] = []
    private var missing = 0

    mutating func feed(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            if header.count < WireProtocol.headerLength {
                header.append(bytes[offset])
                offset += 1
                count += 1
                guard header.count == WireProtocol.headerLength else { continue }
                for index in (0..<4).reversed() { missing = missing << 8 | Int(header[index]) }
            } else {
                let step = min(missing, bytes.count - offset)
                missing -= step
                offset += step
                count += step
            }
            if header.count == WireProtocol.headerLength, missing == 0 {
                header.removeAll(keepingCapacity: true)
                count = 0
            }
        }
    }
}
