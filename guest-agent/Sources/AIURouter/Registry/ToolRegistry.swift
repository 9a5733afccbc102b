package import AIUJSON

/// All tools that there are, which of them the VM's configuration enables, and which the image can run.
package struct ToolRegistry: Sendable {
    private struct File: Decodable {
        var version: Int
        var tools: [ToolContract]
    }

    package let tools: [ToolContract]
    package let enabled: Set<String>
    package let flavour: String
    /// By the host's policy, which no configuration changes.
    package let denied: Set<String>

    /// `enabled` nil: all.
    package init(
        file: [UInt8], enabled: [String]?, flavour: String, denied: Set<String> = []
    ) throws(JSONError) {
        tools = try JSONText.decode(File.self, from: file).tools
        self.enabled = Set(enabled ?? tools.map(\.name))
        self.flavour = flavour
        self.denied = denied
    }

    /// What plans may say about these tools.
    package func planSchema() throws(PlanError) -> PlanSchema {
        var schema = PlanSchema()
        for tool in tools { try schema.add(tool: tool.name, arguments: tool.arguments) }
        return schema
    }

    package subscript(name: String) -> ToolContract? { tools.first { $0.name == name } }

    package func isEnabled(_ tool: ToolContract) -> Bool {
        enabled.contains(tool.name) && !denied.contains(tool.name)
    }

    /// Its engine is in the image of this VM.
    package func isAvailable(_ tool: ToolContract) -> Bool { tool.flavour == flavour || flavour == "full" }

    /// A tool of which something can be asked now; otherwise why not, and what to do.
    package func usable(_ name: String) throws(ToolRefusal) -> ToolContract {
        guard let tool = self[name] else {
            throw .unknown(name, nearest: NearestName.find(name, in: tools.map(\.name)))
        }
        guard !denied.contains(name) else { throw .denied(name) }
        guard isEnabled(tool) else { throw .disabled(name) }
        guard isAvailable(tool) else { throw .absent(name, flavour: flavour, needed: tool.flavour) }
        return tool
    }
}
