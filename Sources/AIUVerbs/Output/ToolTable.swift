package import AIUCommandLine
internal import AIUJSON
package import AIUWire

/// Tools as tables.
package enum ToolTable {
    package static func render(_ tools: [ToolDescription], width: Int?, style: Style) -> String {
        guard !tools.isEmpty else { return "there are no tools\n" }
        var table = Table(
            [.init("NAME"), .init("AREA"), .init("STATE"), .init("WHAT IT DOES", mayShrink: true)], style: style)
        for tool in tools { table.add([tool.name, tool.area, state(tool), tool.description]) }
        return table.render(width: width)
    }

    package static func details(_ tool: ToolDescription, style: Style) -> String {
        let line = { (name: String, value: String) in
            style.dim("\(name):") + String(repeating: " ", count: max(1, 14 - name.count)) + SafeText.line(value) + "\n"
        }
        var text = line("Name", tool.name) + line("Area", tool.area) + line("What it does", tool.description)
        text += line("State", state(tool)) + line("Flavour", "\(tool.flavour), or a larger one")
        text += line("Asks first", tool.sensitive ? "yes" : "no")
        let required = (tool.arguments["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        let properties = tool.arguments["properties"]?.membersValue ?? []
        if !properties.isEmpty {
            var table = Table([.init("ARGUMENT"), .init("VALUE"), .init("MEANING")], style: style)
            for property in properties {
                let name = property.name + (required.contains(property.name) ? "" : " (optional)")
                table.add([name, kind(property.value), meaning(property.value)])
            }
            text += "\n" + table.render()
        }
        if !tool.examples.isEmpty {
            text += "\n" + style.bold("EXAMPLES") + "\n" + tool.examples.map { "  \(SafeText.line($0))\n" }.joined()
        }
        return text
    }

    static func state(_ tool: ToolDescription) -> String {
        if !tool.available { return "needs the flavour \(tool.flavour)" }
        if tool.denied == true { return "denied by the policy" }
        return tool.enabled ? "enabled" : "disabled"
    }

    private static func kind(_ schema: JSON) -> String {
        ToolArguments.choices(schema).isEmpty ? schema["type"]?.stringValue ?? "any" : "one of several"
    }

    private static func meaning(_ schema: JSON) -> String {
        let choices = ToolArguments.choices(schema).joined(separator: ", ")
        return [schema["description"]?.stringValue, choices.isEmpty ? nil : choices]
            .compactMap { $0 }.joined(separator: " ")
    }
}
