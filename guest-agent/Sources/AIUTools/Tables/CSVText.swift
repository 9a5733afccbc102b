/// Writes rows as RFC 4180 says, with a line feed at the end of each.
package enum CSVText {
    package static func append(_ field: some BidirectionalCollection<UInt8>, to bytes: inout [UInt8]) {
        let needsQuotes = field.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes || field.first == 0x20 || field.last == 0x20 else {
            bytes.append(contentsOf: field)
            return
        }
        bytes.append(0x22)
        for byte in field {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    package static func row(_ fields: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (place, field) in fields.enumerated() {
            if place > 0 { bytes.append(0x2C) }
            append(field.utf8, to: &bytes)
        }
        // A row of one empty field would be an empty line, which is no row.
        if bytes.isEmpty { bytes = [0x22, 0x22] }
        bytes.append(0x0A)
        return bytes
    }

    package static func table(_ rows: [[String]]) -> String {
        String(decoding: rows.flatMap { row($0) }, as: UTF8.self)
    }
}
