/// One question of DNS, and the answers that it can get here. Everything that could carry something else is refused.
package struct DNSQuestion: Equatable, Sendable {
    /// Kinds of records that are told apart.
    enum Kind: UInt16 {
        case address = 1
        case address6 = 28
        /// What browsers ask before they connect; they go on without.
        case service = 65
    }

    /// How a message is answered that is no such question.
    package enum Fault: UInt8, Error, Sendable, CaseIterable {
        case format = 1
        case notImplemented = 4
        case refused = 5
    }

    package let id: UInt16
    let wantsRecursion: Bool
    /// The name, dots between its labels, as it was asked for.
    package let name: [UInt8]
    let kind: UInt16
    /// The question as it stood, to be repeated in the answer.
    let section: [UInt8]

    package static let headerLength = 12

    /// Messages shorter than a header have no answer: check first.
    package init(_ message: [UInt8]) throws(Fault) {
        guard message.count >= Self.headerLength, message.count <= EgressLimits.dnsMessageBytes else { throw .format }
        func number(_ index: Int) -> Int { Int(message[index]) << 8 | Int(message[index + 1]) }
        id = UInt16(number(0))
        // An answer is no question.
        guard message[2] & 0x80 == 0 else { throw .format }
        guard message[2] & 0x78 == 0 else { throw .notImplemented }
        wantsRecursion = message[2] & 1 != 0
        guard number(4) == 1, number(6) == 0, number(8) == 0, number(10) <= 1 else { throw .format }
        var name: [UInt8] = []
        var index = Self.headerLength
        while true {
            guard index < message.count else { throw .format }
            let length = Int(message[index])
            // Longer ones are pointers, and there is nothing to point to.
            guard length <= 63, index + 1 + length <= message.count else { throw .format }
            index += 1
            if length == 0 { break }
            if !name.isEmpty { name.append(UInt8(ascii: ".")) }
            let label = message[index..<index + length]
            // A dot within a label would be read as two labels by whoever writes it down.
            guard !label.contains(UInt8(ascii: ".")) else { throw .refused }
            name += label
            guard name.count <= 253 else { throw .format }
            index += length
        }
        guard index + 4 <= message.count else { throw .format }
        kind = UInt16(number(index))
        guard number(index + 2) == 1 else { throw .refused }
        section = Array(message[Self.headerLength..<index + 4])
        self.name = name
    }

    /// An answer without records.
    static func empty(_ message: [UInt8], code: UInt8, section: [UInt8] = []) -> [UInt8] {
        let asked = message.count > 3 ? message[2] & 0x79 : 0
        let header =
            Array(message.prefix(2)) + [0x80 | asked, 0x80 | code, 0, section.isEmpty ? 0 : 1, 0, 0, 0, 0, 0, 0]
        return header + section
    }

    func answer(code: UInt8) -> [UInt8] {
        Self.empty([UInt8(id >> 8), UInt8(id & 0xFF), flags, 0], code: code, section: section)
    }

    /// One IPv4 address.
    func answer(address: [UInt8], seconds: UInt32) -> [UInt8] {
        var bytes = answer(code: 0)
        bytes[7] = 1
        bytes += [0xC0, 0x0C, 0, 1, 0, 1]
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) }
        return bytes + [0, 4] + address
    }

    private var flags: UInt8 { wantsRecursion ? 1 : 0 }
}
