internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu config edit` and `aiu profile edit`: a text in the person's editor until it is accepted or given up.
struct EditVerb {
    private static let mostTries = 100

    private let session: Session

    init(_ session: Session) { self.session = session }

    func config() throws -> Int32 {
        let name = try session.vmName(try session.arguments.required("vm"))
        let limit = try session.timeout()
        session.client.patience = Patience(limit: Session.usualWait)
        let view: ConfigurationView = try session.client.value(Calls.configuration(of: name))
        let dryRun = session.arguments.flag("dry-run")
        let header = [
            "The configuration of '\(name)', revision \(view.revision).",
            "Save to \(dryRun ? "see what would change" : "apply it"); leave it unchanged, or empty it, to change nothing.",
        ]
        return try edit(view.document, "aiu_config.json", header) { text in
            // Somebody else's change meanwhile is not to be overwritten unseen.
            let order = ApplyConfiguration(
                document: text, expectedRevision: view.revision, dryRun: dryRun ? true : nil,
                timeoutMilliseconds: Session.milliseconds(limit))
            session.client.patience = Patience(limit: (limit ?? Session.usualWait) + Session.slack)
            let outcome: ConfigurationOutcome = try session.client.value(try Calls.apply(order, to: name))
            return OutcomeText.render(outcome, of: name, width: session.width, style: session.style)
        }
    }

    func profile() throws -> Int32 {
        let name = try ProfileVerb.name(try session.arguments.required("name"))
        try session.limitWaits()
        let found: Profile = try session.client.value(Calls.profile(name))
        let header = ["The profile '\(name)'.", "Save to keep it; leave it unchanged, or empty it, to change nothing."]
        return try edit(ProfileVerb.pretty(found.configuration), "\(name).json", header) { text in
            session.client.patience = Patience(limit: Session.usualWait)
            _ = try session.client.bytes(try Calls.setProfile(Profile(name: name, configuration: text)))
            return "the profile '\(name)' is changed\n"
        }
    }

    /// `submit` answers with what to say; what it refuses is shown at the top and edited again.
    private func edit(
        _ text: String, _ file: String, _ header: [String], _ submit: (String) throws -> String
    ) throws -> Int32 {
        let editor = try Editor(name: file)
        defer { editor.remove() }
        var text = text
        var header = header
        var complaint: Problem?
        for _ in 0..<Self.mostTries {
            guard let edited = try editor.edit(text, header: header) else {
                if let complaint { throw Problem(complaint, adding: "nothing changed") }
                if session.isChatty { try session.write("nothing changed\n") }
                return 0
            }
            do {
                // As many lines as the comment has, so that line numbers are those that the editor shows.
                let said = try submit(String(repeating: "\n", count: Editor.headerLines) + edited)
                if session.isChatty { try session.write(said) }
                return 0
            } catch {
                guard case .refused(let failure)? = error as? ClientError, failure.reason == .invalid else {
                    throw Problem.ofConfiguration(error)
                }
                complaint = Problem.ofConfiguration(error)
                header = [
                    "Refused: \(Self.inOneLine(failure.message))",
                    "Correct it and save; leave it as it is, or empty it, to give up.",
                ]
                text = edited
            }
        }
        throw Problem(.configuration, "refused \(Self.mostTries) times; nothing changed")
    }

    private static func inOneLine(_ text: String) -> String {
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        return lines.reduce("") { $0.isEmpty ? String($1) : $0 + ($0.hasSuffix(":") ? " " : "; ") + $1 }
    }
}
