internal import AIUModel
internal import AIUSystem
internal import CLinux

/// Sockets to the world. None of the calls waits.
enum InternetSocket {
    enum Kind {
        case stream
        case datagram
    }

    /// Connects, or begins to. With an interface, nothing leaves by another one.
    static func connect(_ endpoint: Endpoint, _ kind: Kind, interface: String?) throws(SystemError) -> FileDescriptor {
        let bytes = endpoint.address.bytes
        let raw: Int32
        if let interface {
            raw = unsafe aiu_internet_connect(kind == .datagram ? 1 : 0, bytes, bytes.count, endpoint.port, interface)
        } else {
            raw = unsafe aiu_internet_connect(kind == .datagram ? 1 : 0, bytes, bytes.count, endpoint.port, nil)
        }
        return FileDescriptor(owning: try SystemError.check(raw, "connect to", endpoint.description))
    }

    /// Whether the other end is this machine itself, by whatever address.
    static func leadsHome(_ socket: Int32) -> Bool { aiu_internet_is_own(socket) == 1 }
}
