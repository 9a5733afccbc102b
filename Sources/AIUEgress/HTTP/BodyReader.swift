/// Follows a body to its end and checks it on the way. It passes on as it came: what is checked here, every server reads
/// alike.
package struct BodyReader {
    private enum State {
        case bytes(Int)
        case untilEnd
        /// The line of a chunk's size so far.
        case size([UInt8])
        case chunk(Int)
        /// How much of the CR LF behind a chunk has come.
        case chunkEnd(Int)
        /// The trailer: how long it is, and its last bytes.
        case trailer(Int, [UInt8])
        case done
    }

    private var state: State

    package init(_ length: BodyLength) {
        state =
            switch length {
            case .none: .done
            case .bytes(let count): .bytes(count)
            case .chunked: .size([])
            case .untilEnd: .untilEnd
            }
    }

    package var isDone: Bool {
        if case .done = state { true } else { false }
    }

    /// Whether the end of the connection is the end of the body.
    var endsWithConnection: Bool {
        if case .untilEnd = state { true } else { false }
    }

    /// How many of these bytes belong to the body.
    package mutating func take(_ input: ArraySlice<UInt8>) throws(HTTPFault) -> Int {
        var index = input.startIndex
        while index < input.endIndex {
            switch state {
            case .done: return index - input.startIndex
            case .untilEnd: return input.count
            case .bytes(let left):
                let count = min(left, input.endIndex - index)
                index += count
                state = left == count ? .done : .bytes(left - count)
            case .chunk(let left):
                let count = min(left, input.endIndex - index)
                index += count
                state = left == count ? .chunkEnd(0) : .chunk(left - count)
            case .chunkEnd(let seen):
                guard input[index] == (seen == 0 ? 0x0D : 0x0A) else { throw .chunk }
                index += 1
                state = seen == 0 ? .chunkEnd(1) : .size([])
            case .size(var line):
                line.append(input[index])
                index += 1
                guard line.count <= EgressLimits.chunkLineBytes else { throw .chunk }
                state = line.last == 0x0A ? try Self.afterSize(line) : .size(line)
            case .trailer(let length, var line):
                line.append(input[index])
                index += 1
                guard length < EgressLimits.trailerBytes else { throw .chunk }
                state = line.last == 0x0A ? try Self.afterTrailer(length + 1, line) : .trailer(length + 1, line)
            }
        }
        return input.count
    }

    /// Hexadecimal digits and CR LF, nothing else: extensions are where servers disagree.
    private static func afterSize(_ line: [UInt8]) throws(HTTPFault) -> State {
        guard line.count >= 3, line[line.count - 2] == 0x0D, line.count <= 2 + 8 else { throw .chunk }
        var size = 0
        for byte in line.dropLast(2) {
            switch byte {
            case 0x30...0x39: size = size << 4 | Int(byte - 0x30)
            case 0x41...0x46: size = size << 4 | Int(byte - 0x37)
            case 0x61...0x66: size = size << 4 | Int(byte - 0x57)
            default: throw .chunk
            }
        }
        return size == 0 ? .trailer(0, []) : .chunk(size)
    }

    /// Fields behind the last chunk could say what the head did not: there are none.
    private static func afterTrailer(_ length: Int, _ line: [UInt8]) throws(HTTPFault) -> State {
        guard line == [0x0D, 0x0A] else { throw .chunk }
        return .done
    }
}
