package import AIUSystem
package import AIUWire
internal import Glibc

/// A file as a stream of UTF-8, whatever it is written in. Bytes that are no UTF-8 come as they are: they are Latin-1.
package struct TextSource: ~Copyable {
    private static let sampleSize = 64 * 1024

    private let file: FileDescriptor
    private let name: String
    package let encoding: TextEncoding
    /// The beginning, already decoded; what readers look at to find out how the file is built.
    package let sample: [UInt8]
    /// Decoded and not handed out yet.
    private var pending: [UInt8]
    private var pendingStart = 0
    /// Of a UTF-16 file: half a character that the last piece ended with.
    private var rest: [UInt8] = []
    private var isAtEnd = false

    package init(path: String, name: String) throws(ToolReply.Failure) {
        try self.init(try TextFile.open(path, name: name), name: name)
    }

    /// Takes over a file or pipe that blocks.
    package init(_ file: consuming FileDescriptor, name: String) throws(ToolReply.Failure) {
        do throws(SystemError) {
            let start = try file.readAll(count: Self.sampleSize)
            guard let (encoding, mark) = TextEncoding.detect(start) else { throw SystemError("read", code: .ioError) }
            self.encoding = encoding
            self.name = name
            self.file = file
            isAtEnd = start.count < Self.sampleSize
            pending = []
            var rest: [UInt8] = []
            pending = Self.decode(start[mark...], encoding, rest: &rest, isLast: isAtEnd)
            self.rest = rest
            sample = pending
        } catch {
            if error.code == .ioError, error.call == "read" { throw TextFile.notText(name) }
            throw TextFile.failure(error, name: name)
        }
    }

    /// Puts more of the text into the buffer from a place on; how many bytes, 0 at the end.
    package mutating func fill(_ buffer: inout [UInt8], from place: Int) throws(ToolReply.Failure) -> Int {
        while true {
            if pendingStart < pending.count {
                let count = min(pending.count - pendingStart, buffer.count - place)
                buffer.replaceSubrange(place..<place + count, with: pending[pendingStart..<pendingStart + count])
                pendingStart += count
                return count
            }
            if isAtEnd { return 0 }
            do throws(SystemError) {
                if encoding == .utf8 || encoding == .latin1 {
                    let count = try Self.read(file, into: &buffer, from: place)
                    if count == 0 { isAtEnd = true }
                    return count
                }
                let bytes = try file.readAll(count: Self.sampleSize)
                isAtEnd = bytes.count < Self.sampleSize
                pending = Self.decode(bytes[...], encoding, rest: &rest, isLast: isAtEnd)
                pendingStart = 0
            } catch {
                throw TextFile.failure(error, name: name)
            }
        }
    }

    private static func read(
        _ file: borrowing FileDescriptor, into buffer: inout [UInt8], from place: Int
    ) throws(SystemError) -> Int {
        let raw = file.raw
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[place...])
                return unsafe Glibc.read(raw, free.baseAddress, free.count)
            }
            if count >= 0 { return count }
            if Errno.current != .interrupted { throw SystemError("read", code: .current) }
        }
    }

    private static func decode(
        _ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding, rest: inout [UInt8], isLast: Bool
    ) -> [UInt8] {
        guard encoding == .utf16LittleEndian || encoding == .utf16BigEndian else { return Array(bytes) }
        var whole = rest + bytes
        rest = []
        if !isLast {
            // A pair of surrogates stays together.
            var keep = whole.count & 1
            let units = encoding.units(whole.dropLast(keep).suffix(2))
            if let last = units.last, last & 0xFC00 == 0xD800 { keep += 2 }
            rest = Array(whole.suffix(keep))
            whole.removeLast(keep)
        }
        return Array(String(decoding: encoding.units(whole), as: UTF16.self).utf8)
    }
}
