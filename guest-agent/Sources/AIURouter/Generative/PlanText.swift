internal import AIUJSON

/// What a language model is told when it shall plan, and how its plan is read.
package enum PlanText {
    private struct Call: Decodable {
        var tool: String
        var arguments: JSON
    }

    /// How to plan, and which tools there are.
    package static func instructions(_ registry: ToolRegistry) -> String {
        let tools = registry.tools.filter(registry.isEnabled).map { tool in
            let arguments = (tool.arguments["properties"]?.membersValue ?? []).map { argument in
                let choices = argument.value["enum"]?.arrayValue?.compactMap(\.stringValue).joined(separator: "|")
                return "\(argument.name): \(choices ?? argument.value["type"]?.stringValue ?? "string")"
            }
            return "- \(tool.name)(\(arguments.joined(separator: ", "))): \(tool.description)"
        }
        return """
            Choose the tools that answer the user. Reply with a JSON array of calls, in the order in which they must run:
            [{"tool":"NAME","arguments":{…}}]. Copy texts from the user's words exactly. ⟦1⟧ in an argument stands for the \
            result of the first call. Reply with [] when no tool fits.
            \(tools.joined(separator: "\n"))
            """
    }

    /// `earlier`: the last turns of the conversation, shortened. Each prompt and answer is one line, so that a file which an
    /// answer shows cannot pose as the order to plan.
    package static func question(
        _ prompt: String, files: [String], earlier: [(prompt: String, answer: String)] = []
    ) -> String {
        let before = earlier.map { "Said before: \(line($0.prompt))\nAnswered: \(line($0.answer))\n\n" }.joined()
        let question = before.isEmpty ? prompt : "\(before)Plan only this: \(prompt)"
        return files.isEmpty ? question : "\(question)\n\nFiles: \(files.map(line).joined(separator: ", "))"
    }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The calls that were written; nil for what is no plan.
    package static func calls(in text: String) -> [PlannedCall]? {
        // A model that stopped in the middle of its plan has none.
        guard let calls = try? JSONText.decode([Call].self, from: Array(text.utf8)) else { return nil }
        return calls.map { PlannedCall(tool: $0.tool, arguments: $0.arguments, confidence: 1) }
    }
}
