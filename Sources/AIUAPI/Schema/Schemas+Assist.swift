internal import AIUModel
internal import AIUWire

/// What is asked of the assistant, and what it answers.
extension Schemas {
    private static let path = Schema.text(atMost: 4096)
    private static let files = Schema.array(of: path, atMost: PromptRequest.mostFiles)

    static let assist: [(name: String, schema: Schema)] = [
        (
            "PromptVM",
            .object([
                always("text", .text(atMost: PromptRequest.longestText), "At most 32 KiB."),
                maybe("files", files, "Paths in the VM, absolute or relative to `/workspace`."),
                maybe("conversation", .text(atMost: 256), "An identifier or title; a new conversation when left out."),
                maybe("model", .text(atMost: 63), "A model of the VM instead of the one with the role."),
                maybe("confirmed", .boolean, "Sensitive tools may run; otherwise they may not."),
                maybe("ephemeral", .boolean, "No conversation is made."),
                maybe("resultsFolder", path, "Where tools put the files that they make; `/workspace` when left out."),
                maybe("timeoutMilliseconds", .milliseconds, "Ten minutes when left out."),
            ])
        ),
        (
            "RunTool",
            .object([
                maybe("arguments", .document, "An object that fits the tool's schema."), maybe("files", files),
                maybe("confirmed", .boolean, "It may run although it is sensitive."), maybe("resultsFolder", path),
                maybe("timeoutMilliseconds", .milliseconds, "Ten minutes when left out."),
            ])
        ),
        (
            "PromptAnswer",
            .object([
                always("outcome", .choice(["answered", "nothingFits", "failed"])), always("text", .text()),
                always("language", .text(), "Of the text, ISO 639-1."), always("model", .text()),
                maybe("conversation", .text()), always("calls", .array(of: .reference("ToolCallReport"))),
                always("files", .array(of: .text()), "Paths in the VM of what the tools made."),
                always("promptTokens", .count),
                always("answerTokens", .count), always("milliseconds", .number),
                always("truncated", .boolean, "The text was cut."),
                maybe("stopped", .text(), "Why the host let no more of it through: a budget, or a limit."),
                maybe("exhausted", .boolean, "It was because a budget is used up."),
                maybe(
                    "facts", .array(of: .reference("MemoryFact")),
                    "Facts from the VM's memory that the answer is, or is about."),
            ])
        ),
        (
            "MemoryFact",
            .object([
                always("number", .count, "It keeps it, and no later fact gets it."), always("time", time),
                always("text", .text(), "What was to be remembered."),
            ])
        ),
        (
            "ToolCallReport",
            .object([
                always("tool", .text()), always("arguments", .anything),
                always("status", .choice(["succeeded", "failed", "refused", "timedOut", "unavailable"])),
                always("text", .text(), "The result in words, or what went wrong."),
                maybe("value", .anything, "The result for programs."), always("files", .array(of: .text())),
                always("milliseconds", .number),
                maybe("stopped", .text(), "Why the host let no more of the text through: a budget, or a limit."),
                maybe("exhausted", .boolean, "It was because a budget is used up."),
            ])
        ),
        (
            "ToolDescription",
            .object([
                always("name", .text()), always("area", .text()), always("description", .text()),
                always("arguments", .anything, "The JSON Schema of its arguments."),
                always("flavour", .text(), "The smallest image that has its engine."), always("sensitive", .boolean),
                always("enabled", .boolean, "Named by the VM's configuration, and not denied."),
                maybe("denied", .boolean, "By the host's policy."),
                always("available", .boolean, "Its engine is in this VM's image."),
                always("examples", .array(of: .text())),
            ])
        ),
    ]
}
