internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu profile ls`, `show`, `set` and `rm`.
struct ProfileVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func list() throws -> Int32 {
        try session.limitWaits()
        let body = try session.client.bytes(Calls.profiles)
        let profiles: [Profile] = try Client.decode(from: body, of: Calls.profiles)
        try session.answer(
            try Client.parse(body, of: Calls.profiles), names: { profiles.map(\.name.text) },
            table: {
                var table = Table(
                    [.init("NAME"), .init("KIND"), .init("WHAT IT SAYS", mayShrink: true)], style: session.style)
                for preset in Preset.allCases {
                    let says = Self.compact(ConfigText.sayings(of: preset))
                    table.add([preset.rawValue, "built in", says.isEmpty ? "what is usual" : says])
                }
                for profile in profiles {
                    table.add([profile.name.text, "yours", Self.compact(profile.configuration)])
                }
                return table.render(width: session.width)
            })
        return 0
    }

    func show() throws -> Int32 {
        let text = try session.arguments.required("name")
        let configuration: String
        if let preset = Preset(rawValue: text) {
            configuration = ConfigText.sayings(of: preset)
        } else {
            try session.limitWaits()
            let profile: Profile = try session.client.value(Calls.profile(try Self.name(text)))
            configuration = profile.configuration
        }
        try session.answer(
            try ConfigText.parse(configuration), names: { [text] }, table: { Self.pretty(configuration) })
        return 0
    }

    func set() throws -> Int32 {
        let arguments = session.arguments
        let words = arguments.arguments(CommandTree.profileWords)
        guard let first = words.first, !first.contains("=") else { throw arguments.error("NAME is missing") }
        let name = try Self.name(first)
        let assignments = try words.dropFirst().map(ConfigText.assignment)
        guard arguments.isGiven("file") != !assignments.isEmpty else {
            throw arguments.error("give either `--file` or FIELD=VALUE words")
        }
        let text = try arguments.option("file").map(ConfigText.read) ?? ConfigAssignment.changes(assignments)
        try session.limitWaits()
        _ = try ConfigVerb.asConfiguration { () throws(ClientError) in
            try session.client.bytes(try Calls.setProfile(Profile(name: name, configuration: text)))
        }
        if session.isChatty {
            try session.write("the profile '\(name)' is saved; `aiu launch --preset \(name)` uses it\n")
        }
        return 0
    }

    func remove() throws -> Int32 {
        let names = try session.arguments.arguments("name").map(Self.name)
        let limit = try session.timeout() ?? Session.usualWait
        return try Batch(session, names.map(Calls.deleteProfile)).run("removing profiles", within: limit) { index, _ in
            session.isChatty ? "the profile '\(names[index])' is gone; VMs that were made with it stay\n" : nil
        }
    }

    static func name(_ text: String) throws(Problem) -> ProfileName {
        if let name = ProfileName(text) { return name }
        if Preset(rawValue: text) != nil {
            throw Problem(.badData, "'\(text)' is a built-in preset, which cannot be changed; choose another name")
        }
        throw Problem(.badData, "\(Excerpt.quoted(text)) is not a profile's name: \(VMName.rule)")
    }

    /// What is no JSON after all stays as it is.
    static func pretty(_ text: String) -> String { ((try? JSON(parsing: text))?.text(pretty: true) ?? text) + "\n" }

    private static func compact(_ text: String) -> String {
        // What is no JSON after all stays as it is.
        guard let members = (try? JSON(parsing: text))?.membersValue else { return text }
        return members.flatMap { member in
            (member.value.membersValue ?? []).isEmpty
                ? ["\(member.name)=\(ConfigText.plain(member.value))"]
                : (member.value.membersValue ?? []).map { "\(member.name).\($0.name)=\(ConfigText.plain($0.value))" }
        }.joined(separator: " ")
    }
}
