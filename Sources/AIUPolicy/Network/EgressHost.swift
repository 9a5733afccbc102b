package import AIUModel

/// What somebody wants to reach, in its one spelling.
package enum EgressHost: Hashable, Sendable, CustomStringConvertible {
    /// At least two labels, in lower case, without a dot at the end.
    case name(String)
    case address(IPAddress)

    /// Why a text is no host.
    package enum Fault: String, Error, Sendable, CaseIterable {
        case empty = "there is no host"
        case long = "the host's name is too long"
        case characters = "a host's name has letters, digits, hyphens and dots only; others are written as xn--…"
        case label = "a part of the host's name is empty, too long, or begins or ends with a hyphen"
        case number = "an address is written as four decimal numbers, or as IPv6 in brackets"
        case short = "the host's name has no domain"
        package var description: String { rawValue }
    }

    /// Reads the host of a URL or of a header. Everything that one program reads as an address and another as a name,
    /// `127.1`, `0x7f000001`, `2130706433`, is neither.
    package init(parsing text: some Collection<UInt8>) throws(Fault) { try self.init(bytes: Array(text)) }

    package init(parsing text: String) throws(Fault) { try self.init(bytes: Array(text.utf8)) }

    private init(bytes text: [UInt8]) throws(Fault) {
        guard let first = text.first else { throw .empty }
        guard text.count <= ConfigBounds.domainLength + 2 else { throw .long }
        if first == UInt8(ascii: "[") {
            let inner = String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
            guard text.count > 2, text.reversed().first == UInt8(ascii: "]"), let address = IPAddress(parsing: inner),
                address.isIPv6
            else { throw .number }
            self = .address(address)
            return
        }
        var name: [UInt8] = []
        name.reserveCapacity(text.count)
        var labels = 1
        var length = 0
        for byte in text {
            switch byte {
            case 0x61...0x7A, 0x30...0x39: name.append(byte)
            case 0x41...0x5A: name.append(byte | 0x20)
            case UInt8(ascii: "-"):
                guard length > 0 else { throw .label }
                name.append(byte)
            case UInt8(ascii: "."):
                guard length > 0, name.last != UInt8(ascii: "-") else { throw .label }
                name.append(byte)
                labels += 1
                length = 0
                continue
            default: throw .characters
            }
            length += 1
            guard length <= ConfigBounds.labelLength else { throw .label }
        }
        // The root, which may stand at the end.
        if length == 0 {
            name.removeLast()
            labels -= 1
        }
        guard name.last != UInt8(ascii: "-") else { throw .label }
        guard name.count <= ConfigBounds.domainLength else { throw .long }
        let last = (name.lastIndex(of: UInt8(ascii: ".")) ?? -1) + 1
        guard (0x61...0x7A).contains(name[last]) else {
            // With a dot at the end it would be an address to some and a name to others.
            guard length > 0, let address = IPAddress(parsing: String(decoding: name, as: UTF8.self)) else {
                throw .number
            }
            self = .address(address)
            return
        }
        guard labels >= 2 else { throw .short }
        self = .name(String(decoding: name, as: UTF8.self))
    }

    package var description: String {
        switch self {
        case .name(let name): name
        case .address(let address): address.hostText
        }
    }
}
