internal import AIUCommandLine

/// What a VM was asked to remember.
extension CommandTree {
    private static let wait = timeout("Give up when there is no answer for so long (default: 10m)")

    static let memory = Command(
        "memory", summary: "Look at, add to and erase what a VM was asked to remember",
        discussion: """
            Facts that outlive conversations. A prompt adds one too: "remember that the fiscal year starts in April". They \
            answer questions for which no tool is needed, and larger models are told the nearest few.
            """,
        group: "Asking and tools",
        subcommands: [
            Command(
                "ls", aliases: ["list"], summary: "List the facts", arguments: [vm], options: formatOptions + [wait],
                flags: formatFlags, examples: [.init("aiu memory ls demo", "Numbers, ages and texts")]),
            Command(
                "add", summary: "Have a fact remembered", arguments: [vm, Argument("text", "The fact", .many)],
                options: formatOptions + [wait], flags: formatFlags,
                examples: [
                    .init("aiu memory add demo the fiscal year starts in April", "One line of at most 1000 bytes")
                ]
            ),
            Command(
                "rm", aliases: ["remove"], summary: "Erase facts for good",
                arguments: [vm, Argument("number", "Their numbers", .many)], options: [wait], flags: [quietFlag],
                examples: [.init("aiu memory rm demo 3", "Nothing of it stays in the memory")]),
            Command(
                "clear", summary: "Erase all facts for good; asks", arguments: [vm], options: [wait],
                flags: [Flag("yes", short: "y", "Do not ask"), quietFlag],
                examples: [.init("aiu memory clear demo --yes", "The conversations stay")]),
        ])
}
