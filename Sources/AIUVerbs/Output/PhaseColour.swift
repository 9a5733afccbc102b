internal import AIUCommandLine
internal import AIUModel

/// A state at a glance: green goes, yellow is held, red needs somebody.
enum PhaseColour {
    static func paint(_ text: String, _ phase: VMPhase, _ style: Style) -> String {
        switch phase {
        case .running: style.green(text)
        case .paused: style.yellow(text)
        case .failed: style.red(text)
        case .creating, .starting, .stopping, .deleting: style.cyan(text)
        case .stopped, .deleted: style.dim(text)
        }
    }
}
