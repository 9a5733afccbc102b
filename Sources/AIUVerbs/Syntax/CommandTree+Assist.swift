internal import AIUCommandLine
internal import AIUModel

/// Prompts and tools.
extension CommandTree {
    private static let group = "Asking and tools"

    static let promptOptions = [
        Option(
            "model", value: "MODEL", "Plan and answer with this model of the VM", completion: .names(kind: modelNames)),
        Option("out", value: "DIR", "Copy the files that tools make into this folder", completion: .folder),
    ]

    static let promptFlags = [
        Flag("trace", "Show on standard error how the answer comes about; with --json, in the answer"),
        Flag("no-stream", "Write the answer when it is complete"),
        Flag("yes", short: "y", "Allow sensitive tools beforehand; otherwise the person at the terminal is asked"),
    ]

    static let givenFile = Option(
        "file", short: "f", value: "FILE", "Copy this file or folder into /workspace first; - is standard input",
        isRepeatable: true, completion: .file)

    private static let silence = timeout("Give up when the assistant says nothing for so long (default: 10m)")

    static let prompting = [
        Command(
            "prompt", summary: "Ask the assistant in a running VM",
            discussion: """
                The text is answered by the VM's model with its tools, and written as it comes. Without a text, or with \
                -, standard input is the prompt. Status 3 means that nothing fits, 4 that a tool failed, 5 that a \
                sensitive tool was not allowed.
                """, group: group,
            arguments: [vm, Argument("text", "The prompt; several words are one text", .any)],
            options: formatOptions + [givenFile] + promptOptions + [
                Option("conversation", short: "c", value: "NAME", "Go on with this conversation"), silence,
            ], flags: formatFlags + promptFlags,
            examples: [
                .init("aiu prompt demo \"what is 15 % of 80\"", "Computed by a tool, not guessed"),
                .init("aiu prompt demo \"average price\" --file orders.csv", "About a file of yours"),
                .init("aiu prompt demo - --json < question.txt", "For programs, from a program"),
            ]),
        Command(
            "chat", summary: "Talk with the assistant in a running VM, line by line",
            discussion: """
                One conversation until it ends, with a history that is kept. A line that ends with a backslash goes on, \
                as with Alt-Enter; what is pasted is one text. /help lists commands. Ctrl-C cancels an answer and not \
                the chat, Ctrl-D ends it.
                """, group: group, arguments: [vm],
            options: promptOptions + [
                Option("conversation", short: "c", value: "NAME", "Go on with this conversation"), silence,
            ],
            flags: [
                Flag("trace", "Show how answers come about"),
                Flag("yes", short: "y", "Allow sensitive tools beforehand instead of being asked"),
            ],
            examples: [
                .init("aiu chat demo", "A new conversation"),
                .init("aiu chat demo --conversation orders", "Goes on with one"),
            ]),
        tools, conversations, memory,
    ]

    private static let toolNames = ToolName.allCases.map(\.rawValue)
    private static let tool = Argument("tool", "The tool's name", completion: .choices(toolNames))
    private static let someTools = Argument("tool", "The tools' names", .any, completion: .choices(toolNames))

    private static let tools = Command(
        "tool", summary: "List, enable and run the tools of a VM", group: group,
        subcommands: [
            Command(
                "ls", aliases: ["list"], summary: "List the tools, and whether each can be used in a running VM",
                arguments: [vm], options: formatOptions + [silence], flags: formatFlags,
                examples: [.init("aiu tool ls demo", "Names, areas and states")]),
            Command(
                "info", summary: "Show what a tool takes, with examples", arguments: [vm, tool],
                options: formatOptions + [silence], flags: formatFlags,
                examples: [.init("aiu tool info demo csv", "Its arguments and what they mean")]),
            Command(
                "enable", summary: "Let a VM's assistant use tools",
                discussion: "Changes the field `tools` of the VM's configuration, at once when it runs.",
                arguments: [vm, someTools], options: [readTimeout], flags: [Flag("all", "All tools"), quietFlag],
                examples: [.init("aiu tool enable demo shell code_runner", "Two tools")]),
            Command(
                "disable", summary: "Keep a VM's assistant from using tools",
                discussion: "Changes the field `tools` of the VM's configuration, at once when it runs.",
                arguments: [vm, someTools], options: [readTimeout], flags: [Flag("all", "All tools"), quietFlag],
                examples: [.init("aiu tool disable demo shell", "One tool")]),
            Command(
                "run", summary: "Run a tool without the model",
                discussion: """
                    Writes what the tool answers. Statuses are those of `aiu prompt`. A value that the tool's schema \
                    calls a number is one; anything else is text.
                    """,
                arguments: [vm, tool],
                options: formatOptions + [
                    Option("arg", short: "a", value: "NAME=VALUE", "An argument of the tool", isRepeatable: true),
                    givenFile,
                    Option(
                        "out", value: "DIR", "Copy the files that the tool makes into this folder", completion: .folder),
                    silence,
                ],
                flags: formatFlags + [Flag("yes", short: "y", "Allow it beforehand, should it be sensitive")],
                examples: [
                    .init("aiu tool run demo calculator -a expression=6*7", "Writes 42"),
                    .init("aiu tool run demo csv -a operation=average -a column=price -f orders.csv", "On a file"),
                ]),
        ])
}
