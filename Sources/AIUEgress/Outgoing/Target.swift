internal import AIUModel
internal import AIUPolicy

/// Where something goes, and under which grant.
struct Target {
    let host: EgressHost
    let port: UInt16
    let grant: NetworkGrant

    /// As it stands in `Host`, without the usual port of its scheme.
    func authority(usualPort: UInt16) -> String { port == usualPort ? "\(host)" : "\(host):\(port)" }
}

/// How a target is reached.
enum Route: Hashable {
    case direct
    case httpProxy(host: EgressHost, port: UInt16)
    case socksProxy(host: EgressHost, port: UInt16)
}

/// Why something was not reached.
enum DialFault: Error {
    /// By the rules, once its address was known.
    case denied(NetworkReason, IPAddress?)
    /// By the world.
    case failed(String)
}
