internal import AIUWire

/// The tools of this program by their names.
package enum Toolbox {
    private static let tools: [any Tool.Type] = numeric + textual

    package static var names: [String] { tools.map { $0.name } }

    package static func tool(named name: String) -> (any Tool)? { tools.first { $0.name == name }?.init() }
}
