internal import AIUModel
package import AIUPolicy

/// What a client of SOCKS5 says, up to where it wants to go.
package enum SOCKSRequest {
    /// Why it is refused, with the number that the protocol has for it.
    package struct Fault: Error, Equatable, Sendable {
        package let code: UInt8
        package let reason: String
    }

    static let version: UInt8 = 5

    /// The methods that the client offers; nil while they are not whole. How long they are.
    package static func greeting(_ bytes: ArraySlice<UInt8>) throws(Fault) -> Int? {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return nil }
        guard bytes[start] == version, bytes[start + 1] > 0 else { throw Fault(code: 1, reason: "this is not SOCKS5") }
        let length = 2 + Int(bytes[start + 1])
        guard bytes.count >= length else { return nil }
        // Nobody else reaches this socket than the VM, so there is nobody to tell apart.
        guard bytes[(start + 2)..<(start + length)].contains(0) else {
            throw Fault(code: 0xFF, reason: "the client wants a password")
        }
        return length
    }

    /// Where to; nil while the request is not whole.
    package static func target(
        _ bytes: ArraySlice<UInt8>
    ) throws(Fault) -> (host: EgressHost, port: UInt16, length: Int)? {
        let start = bytes.startIndex
        guard bytes.count >= 5 else { return nil }
        guard bytes[start] == version, bytes[start + 2] == 0 else { throw Fault(code: 1, reason: "this is not SOCKS5") }
        guard bytes[start + 1] == 1 else { throw Fault(code: 7, reason: "only connections are made, no UDP") }
        let length: Int
        let hostStart: Int
        switch bytes[start + 3] {
        case 1: (hostStart, length) = (start + 4, 4)
        case 3: (hostStart, length) = (start + 5, Int(bytes[start + 4]))
        case 4: (hostStart, length) = (start + 4, 16)
        default: throw Fault(code: 8, reason: "this kind of address is unknown")
        }
        let end = hostStart + length + 2
        guard bytes.endIndex >= end else { return nil }
        let port = UInt16(bytes[end - 2]) << 8 | UInt16(bytes[end - 1])
        guard port > 0 else { throw Fault(code: 1, reason: "there is no port 0") }
        let host = bytes[hostStart..<hostStart + length]
        if bytes[start + 3] != 3 {
            guard let address = IPAddress(bytes: host) else { throw Fault(code: 8, reason: "this is no address") }
            return (.address(address), port, end - start)
        }
        do throws(EgressHost.Fault) {
            return (try EgressHost(parsing: host), port, end - start)
        } catch {
            throw Fault(code: 2, reason: error.rawValue)
        }
    }

    static func answer(_ code: UInt8) -> [UInt8] { [version, code, 0, 1, 0, 0, 0, 0, 0, 0] }
}
