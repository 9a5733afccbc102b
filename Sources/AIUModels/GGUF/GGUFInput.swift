internal import AIUModel

/// The bytes of a header as they come. Memory grows with what really comes, never with what a length claims.
struct GGUFInput {
    private static let pieceSize = 64 * 1024

    private let source: GGUFHeader.Source
    private var piece: [UInt8] = []
    private var index = 0
    private(set) var offset: UInt64 = 0

    init(_ source: @escaping GGUFHeader.Source) { self.source = source }

    func error(_ reason: GGUFError.Reason) -> GGUFError { GGUFError(reason, at: offset) }

    mutating func integer<Value: FixedWidthInteger>(
        _ type: Value.Type, _ part: @autoclosure () -> String
    ) throws(GGUFError) -> Value {
        let size = Value.bitWidth / 8
        if piece.count - index >= size {
            try require(UInt64(size))
            var value: Value = 0
            for place in 0..<size { value |= Value(truncatingIfNeeded: UInt64(piece[index + place]) << (8 * place)) }
            index += size
            offset += UInt64(size)
            return value
        }
        let bytes = try bytes(UInt64(size), part())
        return bytes.reversed().reduce(0) {
            Value(truncatingIfNeeded: UInt64(truncatingIfNeeded: $0) << 8 | UInt64($1))
        }
    }

    /// Exactly so many bytes; the caller has bounded the count.
    mutating func bytes(_ count: UInt64, _ part: @autoclosure () -> String) throws(GGUFError) -> [UInt8] {
        try require(count)
        var bytes: [UInt8] = []
        while UInt64(bytes.count) < count {
            let taken = try take(count - UInt64(bytes.count), part())
            bytes += piece[taken]
        }
        return bytes
    }

    mutating func skip(_ count: UInt64, _ part: @autoclosure () -> String) throws(GGUFError) {
        try require(count)
        var left = count
        while left > 0 { left -= UInt64(try take(left, part()).count) }
    }

    /// What a header may still have.
    var room: UInt64 { GGUFLimits.headerBytes - min(offset, GGUFLimits.headerBytes) }

    private func require(_ count: UInt64) throws(GGUFError) {
        guard count <= room else {
            throw error(.excessive("its header would be longer than \(GGUFLimits.headerBytes >> 20) MiB"))
        }
    }

    /// Some of the bytes that are there, at least one.
    private mutating func take(_ most: UInt64, _ part: @autoclosure () -> String) throws(GGUFError) -> Range<Int> {
        if index == piece.count {
            piece = try source(Self.pieceSize)
            index = 0
            guard !piece.isEmpty else { throw error(.truncated(part())) }
        }
        let count = Int(min(UInt64(piece.count - index), most))
        let range = index..<index + count
        index += count
        offset += UInt64(count)
        return range
    }
}
