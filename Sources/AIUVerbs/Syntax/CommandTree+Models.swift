internal import AIUCommandLine
internal import AIUModel

extension CommandTree {
    private static let roles = ModelRole.allCases.map(\.rawValue)
    private static let someModels = Argument("name", "The models' names", .any, completion: .names(kind: modelNames))

    static let models = Command(
        "model", summary: "Keep models in the GGUF format, and choose what they are for", group: "Models",
        subcommands: [
            Command(
                "add", summary: "Add a model's file to the store",
                discussion: """
                    The file is read, checked and copied; it may be removed afterwards. The same file under several \
                    names is kept once. Of one that is refused, or not read to its end, nothing stays.
                    """,
                arguments: [Argument("file", "The GGUF file; - is standard input", completion: .file)],
                options: formatOptions + [
                    Option("name", value: "NAME", "What to call it (default: the file's own name)"),
                    Option("use", value: "ROLE", "Make it the default for this at once", choices: roles),
                    timeout("Give up when nothing moves for so long (default: 60s)"),
                ], flags: formatFlags,
                examples: [
                    .init("aiu model add small-q4_0.gguf", "Under the name small-q4_0"),
                    .init("aiu model add ~/big.gguf --name writer --use creative", "With a name and a role"),
                ]),
            Command(
                "pull", summary: "Fetch a model and add it",
                discussion: """
                    It is fetched with curl as the person who types; the VMs and the supervisor have no part in it. What \
                    is interrupted goes on when the same command is given again.
                    """,
                arguments: [Argument("url", "Where it is: https://…, http://… or file://…")],
                options: formatOptions + [
                    Option("sha256", value: "DIGEST", "Refuse any other file; http needs it"),
                    Option("name", value: "NAME", "What to call it (default: the file's own name)"),
                    Option("use", value: "ROLE", "Make it the default for this at once", choices: roles),
                    Option("most", value: "SIZE", "Give up beyond so much (default: 64GB)"),
                    timeout("Give up when the supervisor takes nothing for so long (default: 60s)"),
                ], flags: formatFlags,
                examples: [
                    .init(
                        "aiu model pull https://example.org/small-q4_0.gguf --use reasoning",
                        "Under the name small-q4_0")
                ]),
            Command(
                "ls", aliases: ["list"], summary: "List the models in the store, or those in a running VM",
                options: formatOptions + [
                    Option("vm", value: "VM", "Those that this VM can use", completion: .names(kind: vmNames)),
                    readTimeout,
                ],
                flags: formatFlags,
                examples: [
                    .init("aiu model ls", "Names, sizes and roles"),
                    .init("aiu model ls --vm notes", "What answers prompts there, and how it computes"),
                ]),
            Command(
                "inspect", summary: "Show what a model is, and how much memory it needs",
                discussion: """
                    The memory is an estimate: weights, the cache for the context, and what computing takes. With \
                    --memory or --vm the status is 1 when it does not fit.
                    """,
                arguments: [Argument("name", "The model's name", completion: .names(kind: modelNames))],
                options: formatOptions + [
                    Option("context", value: "TOKENS", "For so much context (default: 4096, or what it has)"),
                    Option("memory", short: "m", value: "SIZE", "Whether it fits into so much memory, such as 2GB"),
                    Option("vm", value: "VM", "Whether it fits into this VM", completion: .names(kind: vmNames)),
                    readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu model inspect writer", "Architecture, size, context and memory"),
                    .init("aiu model inspect writer --vm notes --context 8192", "Whether the VM has enough"),
                ]),
            Command(
                "verify", summary: "Read models' files again and compare their SHA-256", arguments: [someModels],
                options: [timeout("Give up after so long (default: 30m)")],
                flags: [Flag("all", "All models"), quietFlag],
                examples: [
                    .init("aiu model verify writer", "Says whether it is what was added"),
                    .init("aiu model verify --all", "Every model"),
                ]),
            Command(
                "rm", aliases: ["remove"], summary: "Remove models that nothing uses",
                arguments: [Argument("name", "The models' names", .many, completion: .names(kind: modelNames))],
                options: [readTimeout], flags: [quietFlag],
                examples: [.init("aiu model rm writer", "Refused while it has a role or a VM wants it")]),
            Command(
                "tokens", summary: "Count the tokens of a text",
                discussion: """
                    As prompts and answers are counted on the host: by the vocabulary of that model, with at most 32 bytes \
                    to a token.
                    """,
                arguments: [
                    Argument("name", "The model's name", completion: .names(kind: modelNames)),
                    Argument("text", "The text; - or none is standard input", .any),
                ],
                options: formatOptions + [
                    Option("file", short: "f", value: "FILE", "The text of this file", completion: .file), readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu model tokens aiu-router \"average of the price column\"", "Prints a number"),
                    .init("aiu model tokens writer --file letter.txt", "Of a whole file"),
                ]),
            Command(
                "use", summary: "Choose the model for a role",
                discussion: """
                    All VMs are given these models when they start, as far as they have the memory; with --vm one VM \
                    is given another one instead, which its configuration keeps as `custom_parameters.models`.
                    """,
                arguments: [
                    Argument("role", "What for: \(roles.joined(separator: ", "))", completion: .choices(roles)),
                    Argument("name", "The model's name", .optional, completion: .names(kind: modelNames)),
                ],
                options: [
                    Option("vm", value: "VM", "Only in this VM", completion: .names(kind: vmNames)), readTimeout,
                ], flags: [Flag("none", "No model for this role"), quietFlag],
                examples: [
                    .init("aiu model use creative writer", "In all VMs, from their next start on"),
                    .init("aiu model use reasoning thinker --vm notes", "Only in this VM"),
                    .init("aiu model use creative --none", "No default for it any more"),
                ]),
        ])
}
