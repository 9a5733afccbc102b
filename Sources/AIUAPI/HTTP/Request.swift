internal import AIUJSON
internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// A request, checked against what its route declares.
struct Request: Sendable {
    var path: [String: String] = [:]
    var query: [String: String] = [:]
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// How a request came in.
    enum Origin: Sendable {
        /// By the Unix socket, from a process that the kernel knows.
        case socket(PeerCredentials)
        /// Over TCP with TLS, perhaps with a certificate.
        case network(address: String?, subject: String?)
        case unknown
    }

    var origin = Origin.unknown
    /// Who asks, once that is known.
    var caller = Caller()
    /// What it is, once it was let through, for what goes on after its answer has begun.
    var running: RunningRequest?
    /// Decides over unknown and out-of-range members before the body is decoded.
    var schema: Schema?

    /// Whether its text is a prompt, which the audit keeps as the policy says.
    var asksModel: Bool {
        if case .reference("PromptVM")? = schema { true } else { false }
    }

    /// The headers that anyone here looks at, in lower case.
    static let headersOfInterest = [
        "accept", "content-length", "transfer-encoding", "last-event-id", "upgrade", "aiu-api-version",
        "authorization",
    ]

    func name() throws(Failure) -> VMName {
        try Self.name(path["name"] ?? "")
    }

    /// A VM's name that stands elsewhere in a request.
    static func name(_ text: String) throws(Failure) -> VMName {
        guard let name = VMName(text) else {
            throw Failure(.invalid, "'\(text)' is not a VM name: a name is \(VMName.rule)")
        }
        return name
    }

    /// The labels asked for, nil for all VMs.
    func selector() throws(Failure) -> LabelSelector? {
        try query["selector"].map { text throws(Failure) in try LabelSelector(parsing: text) }
    }

    func reference() throws(Failure) -> VMReference {
        let text = path["reference"] ?? ""
        guard let reference = VMReference(text) else {
            throw Failure(
                .invalid, "'\(text)' is neither a VM name (\(VMName.rule)) nor an identifier of 12 hex digits")
        }
        return reference
    }

    func profileName() throws(Failure) -> ProfileName {
        let text = path["profile"] ?? ""
        guard let name = ProfileName(text) else {
            let isPreset = Preset(rawValue: text) != nil
            throw Failure(
                .invalid,
                isPreset
                    ? "'\(text)' is a built-in preset, which cannot be changed; choose another name"
                    : "'\(text)' is not a profile's name: a name is \(VMName.rule)")
        }
        return name
    }

    func modelName() throws(Failure) -> ModelName { try Self.modelName(path["model"] ?? "") }

    static func modelName(_ text: String) throws(Failure) -> ModelName {
        guard let name = ModelName(text) else {
            throw Failure(.invalid, "'\(text)' is not a model's name: a name is \(ModelName.rule)")
        }
        return name
    }

    func modelRole() throws(Failure) -> ModelRole { try Self.modelRole(path["role"] ?? "") }

    static func modelRole(_ text: String) throws(Failure) -> ModelRole {
        guard let role = ModelRole(rawValue: text) else {
            let all = ModelRole.allCases.map(\.rawValue)
            let way = Nearest.word(to: text, in: all).map { "did you mean '\($0)'?" } ?? all.joined(separator: ", ")
            throw Failure(.invalid, "there is no role '\(text)'; \(way)")
        }
        return role
    }

    /// For a route that only serves an upgrade.
    func checkUpgrade(to name: String) throws(Failure) {
        guard headers["upgrade"]?.lowercased() == name else {
            throw Failure(.invalid, "this path needs the headers `Connection: Upgrade` and `Upgrade: \(name)`")
        }
    }

    func flag(_ name: String) -> Bool { query[name] == "true" }

    func number(_ name: String) -> Int64? { query[name].flatMap { Int64($0) } }

    /// The body as a value; what is missing altogether counts as `{}` where the route allows it.
    func decode<Value: Decodable>(_ type: Value.Type) throws(Failure) -> Value {
        do throws(JSONError) {
            let node = try JSONNode(parsing: body.isEmpty ? Array("{}".utf8) : body)
            if let schema { try schema.check(node) }
            return try JSONText.decode(type, from: node)
        } catch {
            throw Failure(.invalid, "the request's body cannot be used: \(error)")
        }
    }
}

extension Int? {
    /// The wait that a request asks for.
    func wait(otherwise standard: Duration) -> Duration { map { .milliseconds($0) } ?? standard }
}

extension Request.Origin: CustomStringConvertible {
    var description: String {
        switch self {
        case .socket(let peer): "user \(peer.user)"
        case .network(let address, let subject): "from \(address ?? "somewhere")" + (subject.map { ", '\($0)'" } ?? "")
        case .unknown: "from somewhere"
        }
    }
}
