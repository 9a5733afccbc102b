/// The first message of TLS, as a client would send it.
struct Hello {
    var names: [String] = ["a.example.org"]
    var isHidden = false
    /// Records that it is cut into.
    var pieces = 1
    var extra: [UInt8] = []

    var bytes: [UInt8] {
        func vector(_ width: Int, _ content: [UInt8]) -> [UInt8] {
            (0..<width).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) } + content
        }
        func field(_ kind: Int, _ content: [UInt8]) -> [UInt8] {
            [UInt8(kind >> 8), UInt8(kind & 0xFF)] + vector(2, content)
        }
        var extensions: [UInt8] = field(0x002B, [2, 3, 4])
        if !names.isEmpty {
            var list: [UInt8] = []
            for name in names { list += [0] + vector(2, Array(name.utf8)) }
            extensions += field(0, vector(2, list))
        }
        if isHidden { extensions += field(0xFE0D, [0, 0, 1]) }
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + vector(1, []) + vector(2, [0x13, 1]) + vector(1, [0])
            + vector(2, extensions)
        let message = [1] + vector(3, body)
        let size = (message.count + pieces - 1) / pieces
        var records: [UInt8] = []
        for start in stride(from: 0, to: message.count, by: size) {
            records += [22, 3, 1] + vector(2, Array(message[start..<min(start + size, message.count)]))
        }
        return records + extra
    }
}
