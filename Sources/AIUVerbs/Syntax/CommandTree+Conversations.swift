internal import AIUCommandLine

/// Conversations.
extension CommandTree {
    private static let conversation = Argument("conversation", "Its identifier or title")
    private static let wait = timeout("Give up when there is no answer for so long (default: 10m)")

    static let conversations = Command(
        "conversations", aliases: ["conversation"], summary: "Look at, move and erase what a VM keeps of conversations",
        group: "Asking and tools",
        subcommands: [
            Command(
                "ls", aliases: ["list"], summary: "List the conversations, the newest first", arguments: [vm],
                options: formatOptions + [wait], flags: formatFlags,
                examples: [.init("aiu conversations ls demo", "Identifiers, titles and ages")]),
            Command(
                "show", summary: "Show what was said", arguments: [vm, conversation], options: formatOptions + [wait],
                flags: formatFlags, examples: [.init("aiu conversations show demo c4f2", "Prompts and answers")]),
            Command(
                "search", summary: "Find conversations by their words",
                arguments: [vm, Argument("text", "The words", .many)], options: formatOptions + [wait],
                flags: formatFlags,
                examples: [.init("aiu conversations search demo average price", "With what was found")]),
            Command(
                "rename", summary: "Give a conversation another title",
                arguments: [vm, conversation, Argument("title", "The new title")], options: [wait], flags: [quietFlag],
                examples: [.init("aiu conversations rename demo c4f2 orders", "From now on it is called orders")]),
            Command(
                "export", summary: "Write a conversation as JSON", arguments: [vm, conversation],
                options: [
                    Option(
                        "output", short: "o", value: "FILE", "Into this file (default: standard output)",
                        completion: .file),
                    wait,
                ], flags: [Flag("force", short: "f", "Replace a file that is there"), quietFlag],
                examples: [.init("aiu conversations export demo orders -o orders.json", "To be imported elsewhere")]),
            Command(
                "import", summary: "Take in a conversation that was exported",
                arguments: [vm, Argument("file", "The file; - is standard input", completion: .file)], options: [wait],
                flags: [quietFlag],
                examples: [.init("aiu conversations import demo orders.json", "Also from another VM")]),
            Command(
                "erase", summary: "Erase conversations for good; asks",
                arguments: [vm, Argument("conversation", "Their identifiers or titles", .any)], options: [wait],
                flags: [Flag("all", "All conversations"), Flag("yes", short: "y", "Do not ask"), quietFlag],
                examples: [.init("aiu conversations erase demo orders --yes", "Nothing of it stays in the VM")]),
        ])
}
