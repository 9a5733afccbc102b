/// The first message of TLS: whom the client wants to talk to. Only read, never answered.
package struct ClientHello: Equatable, Sendable {
    /// Why something is no such message.
    package enum Fault: String, Error, Sendable, CaseIterable {
        case notTLS = "this is not TLS"
        case long = "the first message of TLS is too long"
        case malformed = "the first message of TLS is malformed"
        case twoNames = "the first message of TLS names two servers"
        package var description: String { rawValue }
    }

    /// The server's name as it stands there.
    package let serverName: [UInt8]?
    /// The real name may be another one, encrypted.
    package let hidesName: Bool

    private static let record: UInt8 = 22
    private static let hello: UInt8 = 1
    private static let serverNameExtension = 0
    private static let hiddenHello = 0xFE0D

    /// Reads what a connection begins with; nil while it is not whole.
    package init?(_ bytes: some RandomAccessCollection<UInt8>) throws(Fault) {
        var message: [UInt8] = []
        var rest = Reader(Array(bytes))
        // A message may lie in several records.
        while true {
            guard let kind = rest.number(1) else { return nil }
            guard kind == Int(Self.record) else { throw .notTLS }
            guard let major = rest.number(1) else { return nil }
            guard major == 3 else { throw .notTLS }
            guard rest.number(1) != nil, let length = rest.number(2) else { return nil }
            guard (1...16384).contains(length), message.count + length <= EgressLimits.helloBytes else { throw .long }
            let have = min(length, rest.left)
            message += rest.take(have) ?? []
            if message.first.map({ $0 != Self.hello }) == true { throw .malformed }
            if message.count >= 4 {
                let whole = 4 + (Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3]))
                guard whole <= EgressLimits.helloBytes else { throw .long }
                if message.count == whole, have == length { break }
                // More than the message in its record: something else follows, which nobody sends here.
                guard message.count < whole else { throw .malformed }
            }
            guard have == length else { return nil }
        }
        (serverName, hidesName) = try Self.names(Array(message.dropFirst(4)))
    }

    private static func names(_ bytes: [UInt8]) throws(Fault) -> ([UInt8]?, Bool) {
        var body = Reader(bytes)
        // Version, random, session, ciphers, compressions.
        guard body.take(2 + 32) != nil, body.vector(1) != nil, body.vector(2) != nil, body.vector(1) != nil else {
            throw .malformed
        }
        guard body.left > 0 else { return (nil, false) }
        guard let all = body.vector(2), body.left == 0 else { throw .malformed }
        var extensions = Reader(all)
        var seen: Set<Int> = []
        var name: [UInt8]?
        while extensions.left > 0 {
            guard let kind = extensions.number(2), let content = extensions.vector(2) else { throw .malformed }
            guard seen.insert(kind).inserted else { throw .twoNames }
            guard kind == serverNameExtension else { continue }
            var outer = Reader(content)
            guard let list = outer.vector(2), outer.left == 0 else { throw .malformed }
            var entries = Reader(list)
            guard entries.number(1) == 0, let text = entries.vector(2), !text.isEmpty else { throw .malformed }
            guard entries.left == 0 else { throw .twoNames }
            name = text
        }
        return (name, seen.contains(hiddenHello))
    }

    /// Takes numbers and vectors from the front.
    private struct Reader {
        private let bytes: [UInt8]
        private var index = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var left: Int { bytes.count - index }

        mutating func take(_ count: Int) -> [UInt8]? {
            guard count <= left else { return nil }
            defer { index += count }
            return Array(bytes[index..<index + count])
        }

        mutating func number(_ length: Int) -> Int? { take(length)?.reduce(0) { $0 << 8 | Int($1) } }

        mutating func vector(_ lengthBytes: Int) -> [UInt8]? {
            guard let length = number(lengthBytes) else { return nil }
            return take(length)
        }
    }
}
