/// How a message says where its body ends.
package enum BodyLength: Equatable {
    case none
    case bytes(Int)
    case chunked
    /// Where the connection ends; answers only.
    case untilEnd

    /// What the fields say; nil when they say nothing.
    package init?(_ head: HTTPHead) throws(HTTPFault) {
        var length: Int?
        var isChunked = false
        for field in head.fields {
            switch field.kind {
            case .contentLength:
                let digits = head.value(field)
                guard length == nil, (1...15).contains(digits.count) else { throw .length }
                var number = 0
                for digit in digits {
                    guard (0x30...0x39).contains(digit) else { throw .length }
                    number = number * 10 + Int(digit - 0x30)
                }
                length = number
            case .transferEncoding:
                guard !isChunked, HTTPHead.equal(Array("chunked".utf8)[...], head.value(field)) else { throw .coding }
                isChunked = true
            case .host, .connection, .upgrade, .expect, .authorization, .override, .hopByHop, .other: break
            }
        }
        if isChunked {
            guard length == nil else { throw .both }
            self = .chunked
        } else if let length {
            self = length == 0 ? .none : .bytes(length)
        } else {
            return nil
        }
    }
}
