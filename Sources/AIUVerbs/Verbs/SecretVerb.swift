internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu secret set`, `ls` and `rm`.
struct SecretVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func set() throws -> Int32 {
        let arguments = session.arguments
        let name = try Self.name(try arguments.required("name"))
        let hosts = arguments.options("host")
        guard !hosts.isEmpty else { throw arguments.error("say with `--host` for which host it is") }
        let vms = arguments.isGiven("vm") ? try arguments.options("vm").map { try session.vmName($0).text } : nil
        let projects = arguments.isGiven("project") ? arguments.options("project") : nil
        let value = try HiddenInput.read("the value of \(name)", limit: EgressSecret.longestValue)
        guard !value.isEmpty else { throw Problem(.badData, "the value of \(name) is empty") }
        try session.limitWaits()
        let kept: SecretSummary = try session.client.value(
            try Calls.setSecret(name, SetSecret(hosts: hosts, value: value, vms: vms, projects: projects)))
        if session.isChatty {
            try session.write(
                "\(kept.name) is kept for \(kept.hosts.joined(separator: ", ")), for \(Self.whose(kept)); in a VM, write "
                    + "\(kept.placeholder)\n")
        }
        return 0
    }

    func list() throws -> Int32 {
        try session.limitWaits()
        let secrets: [SecretSummary] = try session.client.value(Calls.secrets)
        try session.answer(
            try JSON(encoding: secrets), names: { secrets.map(\.name) },
            table: {
                guard !secrets.isEmpty else { return "there are no secrets\n" }
                var table = Table(
                    [.init("NAME"), .init("HOSTS", mayShrink: true), .init("FOR", mayShrink: true), .init("IN A VM")],
                    style: session.style)
                for secret in secrets {
                    table.add([
                        secret.name, secret.hosts.joined(separator: ", "), Self.whose(secret), secret.placeholder,
                    ])
                }
                return table.render(width: session.width)
            })
        return 0
    }

    func remove() throws -> Int32 {
        let names = try session.arguments.arguments("name").map(Self.name)
        let limit = try session.timeout() ?? Session.usualWait
        return try Batch(session, names.map(Calls.removeSecret)).run("forgetting secrets", within: limit) { index, _ in
            session.isChatty ? "the secret \(names[index]) is forgotten\n" : nil
        }
    }

    private static func whose(_ secret: SecretSummary) -> String {
        let vms = (secret.vms ?? []).map { "vm \($0)" }
        let projects = (secret.projects ?? []).map { "project \($0)" }
        return secret.vms == nil && secret.projects == nil ? "all VMs" : (vms + projects).joined(separator: ", ")
    }

    static func name(_ text: String) throws(Problem) -> String {
        guard EgressSecret.isName(text) else {
            throw Problem(
                .badData,
                "\(Excerpt.quoted(text)) is no secret's name: capitals, digits and underscores, at most "
                    + "\(EgressSecret.longestName), with a capital first")
        }
        return text
    }
}
