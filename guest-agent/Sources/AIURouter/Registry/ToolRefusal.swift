/// Why a tool cannot be used in this VM, with the way out.
package enum ToolRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case unknown(String, nearest: String?)
    case disabled(String)
    case denied(String)
    case absent(String, flavour: String, needed: String)

    package var description: String {
        switch self {
        case .unknown(let name, let nearest):
            "there is no tool '\(name.prefix(64))'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
                + " `aiu tool ls` shows them"
        case .disabled(let name):
            "the tool '\(name)' is not enabled in this VM; `aiu tool enable VM \(name)` does it"
        case .denied(let name):
            "the policy of the host denies the tool '\(name)'; `aiu policy explain --tool \(name)` tells which part of it"
        case .absent(let name, let flavour, let needed):
            "the tool '\(name)' is not in the image flavour '\(flavour)'; the flavour '\(needed)' has it"
        }
    }
}
