package import AIUModel

/// Questions to a name server, and its answers. Strict: what is not an answer to the question is none.
package enum ResolverMessage {
    /// What a name server said.
    package struct Answer: Equatable {
        /// The answer is longer than a datagram; ask again by TCP.
        package var isCut = false
        package var code: UInt8
        package var addresses: [IPAddress] = []
        /// How long the shortest-lived of them may be kept.
        package var seconds = UInt32.max
    }

    private static let headerLength = 12

    package static func question(id: UInt16, name: String, kind: UInt16) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.utf8.split(separator: UInt8(ascii: ".")) {
            bytes.append(UInt8(truncatingIfNeeded: label.count))
            bytes += label
        }
        return bytes + [0, UInt8(kind >> 8), UInt8(kind & 0xFF), 0, 1]
    }

    /// `nil` for everything that is not the answer to this question.
    package static func answer(_ bytes: [UInt8], to question: [UInt8]) -> Answer? {
        guard bytes.count >= question.count, question.count > headerLength, bytes[0] == question[0],
            bytes[1] == question[1], bytes[2] & 0xF8 == 0x80, bytes[4] == 0, bytes[5] == 1,
            equal(bytes[headerLength..<question.count], question[headerLength...])
        else { return nil }
        var answer = Answer(code: bytes[3] & 0x0F)
        answer.isCut = bytes[2] & 2 != 0
        let count = Int(bytes[6]) << 8 | Int(bytes[7])
        let kind = Int(question[question.count - 4]) << 8 | Int(question[question.count - 3])
        var index = question.count
        for _ in 0..<min(count, 64) {
            guard let end = nameEnd(bytes, index), end + 10 <= bytes.count else { return nil }
            func number(_ offset: Int) -> Int { Int(bytes[end + offset]) << 8 | Int(bytes[end + offset + 1]) }
            let length = number(8)
            let data = end + 10
            guard data + length <= bytes.count else { return nil }
            if number(0) == kind, number(2) == 1, length == (kind == 1 ? 4 : 16) {
                guard let address = IPAddress(bytes: bytes[data..<data + length]) else { return nil }
                answer.addresses.append(address)
                let seconds = UInt32(truncatingIfNeeded: number(4)) << 16 | UInt32(truncatingIfNeeded: number(6))
                answer.seconds = min(answer.seconds, seconds)
            }
            index = data + length
        }
        return answer
    }

    /// Name servers may write the letters of a name as they like.
    private static func equal(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        left.elementsEqual(right) { one, other in
            one == other || ((0x41...0x5A).contains(one) ? one | 0x20 : one) == other
        }
    }

    /// Where a name ends, without following its pointers.
    private static func nameEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let length = Int(bytes[index])
            if length == 0 { return index + 1 }
            if length & 0xC0 == 0xC0 { return index + 2 <= bytes.count ? index + 2 : nil }
            guard length <= 63 else { return nil }
            index += 1 + length
        }
        return nil
    }
}
