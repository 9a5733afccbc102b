/// `--name` without a value.
package struct Flag: Sendable {
    /// Without the dashes.
    package var name: String
    package var short: Character?
    package var summary: String
    package var isHidden: Bool

    package init(_ name: String, short: Character? = nil, _ summary: String, isHidden: Bool = false) {
        self.name = name
        self.short = short
        self.summary = summary
        self.isHidden = isHidden
    }

    /// Understood everywhere, without being listed in any command.
    static let help = Flag("help", short: "h", "Show this help")
    static let version = Flag("version", "Show the version")
}
