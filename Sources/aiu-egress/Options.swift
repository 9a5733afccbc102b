internal import AIUSandbox

/// Why a command line is not understood.
struct UsageError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "\(reason)\n\(Options.usage)" }
}

/// The command line.
enum Options {
    /// Serve one VM. The supervisor's socket is descriptor 3; 4 and 5 listen for the proxy and for questions of DNS.
    case serve(Serving)
    /// Print a new certificate authority.
    case makeAuthority(name: String)

    /// How a VM is served.
    struct Serving {
        var user: Confinement.User?
        var roots: String?
        /// The network namespace that the process was started in.
        var namespace: String?
        /// Which name servers there are; nil: the host's.
        var names: String?
    }

    static let usage = """
        usage: aiu-egress serve [--user UID:GID] [--roots FILE] [--namespace NAME] [--names FILE]
               aiu-egress authority NAME
        """

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        switch rest.popFirst() {
        case "authority"?:
            guard let name = rest.popFirst(), rest.isEmpty, (1...128).contains(name.utf8.count) else {
                throw UsageError(reason: "authority needs one name")
            }
            self = .makeAuthority(name: name)
        case "serve"?:
            var serving = Serving()
            while let name = rest.popFirst() {
                guard let value = rest.popFirst(), !value.isEmpty else {
                    throw UsageError(reason: "\(name) needs a value")
                }
                switch name {
                case "--user": serving.user = try Self.user(value)
                case "--roots": serving.roots = value
                case "--namespace": serving.namespace = value
                case "--names": serving.names = value
                default: throw UsageError(reason: "unknown option '\(name)'")
                }
            }
            self = .serve(serving)
        case let other: throw UsageError(reason: "unknown command '\(other ?? "")'")
        }
    }

    private static func user(_ text: String) throws(UsageError) -> Confinement.User {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let user = UInt32(parts[0]), let group = UInt32(parts[1]) else {
            throw UsageError(reason: "--user must be two numbers, UID:GID")
        }
        return Confinement.User(user: user, group: group)
    }
}
