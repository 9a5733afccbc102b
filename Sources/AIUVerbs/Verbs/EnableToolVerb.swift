internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
package import AIUModel

/// `aiu tool enable` and `aiu tool disable`: the field `tools` of a VM's configuration.
package struct EnableToolVerb {
    private let session: Session
    private let enables: Bool

    init(_ session: Session, enables: Bool) {
        self.session = session
        self.enables = enables
    }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let words = arguments.arguments("tool")
        guard words.isEmpty == arguments.flag("all") else {
            throw arguments.error("name the tools, or take all with `--all`")
        }
        let tools = try words.isEmpty ? ToolName.allCases : words.map(Self.tool)
        try session.limitWaits()
        let view: ConfigurationView = try session.client.value(Calls.configuration(of: name))
        let document = try ConfigText.parse(view.document)
        let before = (document["tools"]?.arrayValue ?? []).compactMap(\.stringValue)
        let after = Self.change(before, tools, enables: enables)
        guard after != before else {
            try tell(name, tools, already: true)
            return 0
        }
        let change: JSON = ["tools": .array(after.map { .string($0) })]
        let order = ApplyConfiguration(changes: change.text(), expectedRevision: view.revision)
        let outcome = try ConfigVerb.asConfiguration { () throws(ClientError) -> ConfigurationOutcome in
            try session.client.value(try Calls.apply(order, to: name))
        }
        if let refused = outcome.changes.first(where: { $0.effect == .refused }) {
            throw Problem(.configuration, "the tools of '\(name)' stay as they are: \(refused.reason ?? "refused")")
        }
        try tell(name, tools, already: false)
        return 0
    }

    /// The enabled ones, those that were in their order, new ones behind them.
    package static func change(_ before: [String], _ tools: [ToolName], enables: Bool) -> [String] {
        let names = tools.map(\.rawValue)
        guard enables else { return before.filter { !names.contains($0) } }
        return before + names.filter { !before.contains($0) }
    }

    private static func tool(_ text: String) throws(Problem) -> ToolName {
        guard let tool = ToolName(rawValue: text) else {
            throw ToolVerb.unknown(text, among: ToolName.allCases.map(\.rawValue))
        }
        return tool
    }

    private func tell(_ name: VMName, _ tools: [ToolName], already: Bool) throws {
        guard session.isChatty else { return }
        let isAll = tools.count == ToolName.allCases.count
        let which = isAll ? "all tools" : Batch.list(tools.map(\.rawValue))
        let verb = tools.count == 1 ? "is" : "are"
        let state = enables ? "enabled" : "disabled"
        try session.write("\(which) \(verb) \(state) in '\(name)'\(already ? " already" : "")\n")
    }
}
