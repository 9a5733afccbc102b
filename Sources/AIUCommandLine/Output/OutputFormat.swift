/// How an answer is written.
package enum OutputFormat: String, CaseIterable, Sendable {
    /// For people.
    case table
    case json
    case yaml
    /// Names only, one a line, for scripts.
    case quiet

    /// The option and flags that choose a format; every command that answers takes them.
    package static let option = Option(
        "format", short: "o", value: "FORMAT", "How to write the answer", default: OutputFormat.table.rawValue,
        choices: OutputFormat.allCases.map(\.rawValue))
    package static let flags = [
        Flag("json", "The same as --format json"), Flag("quiet", short: "q", "Names only, one a line"),
    ]

    package init(_ arguments: Arguments) throws(UsageError) {
        var wanted: Set<OutputFormat> = []
        if arguments.flag("json") { wanted.insert(.json) }
        if arguments.flag("quiet") { wanted.insert(.quiet) }
        if arguments.isGiven("format"), let format: OutputFormat = try arguments.choice("format") {
            wanted.insert(format)
        }
        guard wanted.count <= 1 else {
            throw arguments.error("`--format`, `--json` and `--quiet` contradict each other; give one of them")
        }
        self = wanted.first ?? .table
    }
}
