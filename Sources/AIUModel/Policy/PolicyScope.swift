package import AIUJSON

/// For whom a part of the policy holds; each is narrower than the one before.
package enum PolicyScope: Hashable, Sendable, CustomStringConvertible {
    case host
    case project(String)
    case user(String)
    case vm(VMName)

    package var description: String {
        switch self {
        case .host: "host"
        case .project(let name): "project \(name)"
        case .user(let name): "user \(name)"
        case .vm(let name): "vm \(name)"
        }
    }

    /// The way to its sections in a document.
    package var path: JSONPath {
        switch self {
        case .host: .root
        case .project(let name): JSONPath([.member("projects"), .member(name)])
        case .user(let name): JSONPath([.member("users"), .member(name)])
        case .vm(let name): JSONPath([.member("vms"), .member(name.text)])
        }
    }

    /// Short and unambiguous, for keys.
    package var key: String {
        switch self {
        case .host: "host"
        case .project(let name): "project:\(name)"
        case .user(let name): "user:\(name)"
        case .vm(let name): "vm:\(name)"
        }
    }
}
