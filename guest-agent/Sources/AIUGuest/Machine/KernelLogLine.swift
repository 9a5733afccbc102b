package import AIUWire

/// One record of `/dev/kmsg`: `priority,sequence,microseconds,flags;text`.
package struct KernelLogLine: Equatable {
    package let level: LogRecord.Level
    /// Milliseconds since the kernel started.
    package let uptime: Int64
    package let text: String

    /// Nil for what is no record, or one that a program wrote.
    package init?(_ record: [UInt8]) {
        guard let semicolon = record.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let head = String(decoding: record[..<semicolon], as: UTF8.self).split(separator: ",")
        guard head.count >= 3, let priority = Int(head[0]), let microseconds = Int64(head[2]), priority >= 0,
            priority < 8
        else { return nil }
        level =
            switch priority {
            case 0...3: .error
            case 4: .warning
            case 5, 6: .info
            case _: .debug
            }
        uptime = microseconds / 1000
        // After the line come properties of the device, one a line.
        let body = record[(semicolon + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        text = String(decoding: body, as: UTF8.self)
    }
}
