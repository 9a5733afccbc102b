/// When a change of one field takes effect: one row of the table that plans, answers and the user guide share.
package struct ConfigFieldRule: Equatable, Sendable {
    package enum Timing: Equatable, Sendable {
        /// At once, also in a running VM.
        case live
        /// A VM gets it when it starts.
        case start
        /// At a start, and only upwards.
        case startGrowing
        /// Only when the VM is made.
        case creation
    }

    /// The way to the field; what lies below the last name belongs to it.
    package let field: String
    package let timing: Timing
    /// What else a person should know.
    package let note: String?

    package static let all: [ConfigFieldRule] = [
        .init("internet", .live, note: carriedNetwork),
        .init("network_policy", .live, note: carriedNetwork),
        .init("network_options.allow_local", .live, note: carriedNetwork),
        .init("network_options.allow_vpn", .live, note: carriedNetwork),
        .init("network_options.whitelist_domains", .live, note: carriedNetwork),
        .init("network_options.blacklist_domains", .live, note: carriedNetwork),
        .init("network_options.proxy_settings", .live, note: carriedNetwork),
        .init("resources.ram", .start),
        .init("resources.cpu_cores", .start),
        .init("resources.storage", .startGrowing, note: "a disk grows when the VM starts and never shrinks"),
        .init("resources.gpu_access", .start, note: "kept and shown; no VM of this version has a GPU"),
        .init("resources.encryption", .creation, note: "a disk is encrypted from the beginning or never"),
        .init("token_limits.max_per_query", .live),
        .init("token_limits.session_budget", .live, note: "of each person, from a start of the VM to the next"),
        .init("token_limits.response_max", .live),
        .init("token_limits.per_tool", .live),
        .init("token_limits.rollover", .live, note: "what the next session has of what one leaves over"),
        .init("location", .live),
        .init("timezone", .live, note: "commands that run keep the zone that they started with"),
        .init("tools", .live),
        .init("performance_mode", .live),
        .init("language_preferences", .live),
        .init("custom_parameters.models", .start, note: "their files are disks of the VM"),
        .init("custom_parameters", .live, note: "all but `models`"),
    ]

    private static let carriedNetwork = "the host's proxy follows; what is no longer allowed is cut"

    private init(_ field: String, _ timing: Timing, note: String? = nil) {
        self.field = field
        self.timing = timing
        self.note = note
    }

    /// The table as the user guide shows it.
    package static var markdown: String {
        var lines = ["| Field | In a running VM | |", "| --- | --- | --- |"]
        for rule in all {
            let words =
                switch rule.timing {
                case .live: "at once"
                case .start, .startGrowing: "at the next start"
                case .creation: "never"
                }
            lines.append("| `\(rule.field)` | \(words) | \(rule.note ?? "") |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
