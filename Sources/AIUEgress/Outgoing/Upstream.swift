internal import AIUModel

/// A connection to a server that can take a request, or carry a tunnel.
final class Upstream {
    /// Connections with the same key may be used for each other.
    struct Key: Hashable {
        let host: String
        let port: UInt16
        let isSecured: Bool
        let route: Route
    }

    let key: Key
    let stream: Stream
    let endpoint: Endpoint
    /// Requests are written with the whole URL, because a proxy reads them.
    let isAbsolute: Bool
    /// The interface that it is bound to.
    let interface: String?
    var isReused = false
    /// What it said already, in a tunnel.
    var early: [UInt8] = []
    var idleSince = ContinuousClock.now

    init(_ key: Key, _ stream: Stream, _ endpoint: Endpoint, isAbsolute: Bool, interface: String?) {
        self.key = key
        self.stream = stream
        self.endpoint = endpoint
        self.isAbsolute = isAbsolute
        self.interface = interface
    }
}
