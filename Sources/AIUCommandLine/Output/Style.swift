/// Colours and weights, or nothing where they would be noise.
package struct Style: Sendable {
    package let isEnabled: Bool

    package init(isEnabled: Bool) { self.isEnabled = isEnabled }

    package static let plain = Style(isEnabled: false)

    /// Only on a terminal that understands them, and not when `NO_COLOR` says no.
    package init(isTerminal: Bool, environment: (String) -> String?) {
        let refused = environment("NO_COLOR").map { !$0.isEmpty } ?? false
        self.init(isEnabled: isTerminal && !refused && environment("TERM") != "dumb")
    }

    package func bold(_ text: String) -> String { wrap(text, "1") }
    package func dim(_ text: String) -> String { wrap(text, "2") }
    package func red(_ text: String) -> String { wrap(text, "31") }
    package func green(_ text: String) -> String { wrap(text, "32") }
    package func yellow(_ text: String) -> String { wrap(text, "33") }
    package func cyan(_ text: String) -> String { wrap(text, "36") }

    private func wrap(_ text: String, _ code: String) -> String {
        isEnabled && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
