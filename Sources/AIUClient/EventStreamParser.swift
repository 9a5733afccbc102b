/// Cuts a stream of server-sent events into their data.
package struct EventStreamParser: Sendable {
    package static let longestEvent = 256 * 1024

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var afterReturn = false

    package init() {}

    /// The data of every event that these bytes complete.
    package mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            // CR, LF and CRLF all end a line.
            if byte == 10, afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = byte == 13
            if byte == 10 || byte == 13 {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
                guard line.count + data.count <= Self.longestEvent else {
                    throw .bodyTooLong(limit: Self.longestEvent)
                }
            }
        }
        return events
    }

    private mutating func endLine() -> [UInt8]? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            defer {
                data = []
                hasData = false
            }
            return hasData ? data : nil
        }
        let field = line.prefix { $0 != 58 }
        guard field.elementsEqual("data".utf8) else { return nil }
        var value = line.dropFirst(field.count + 1)
        if value.first == 32 { value.removeFirst() }
        if hasData { data.append(10) }
        data += value
        hasData = true
        return nil
    }
}
