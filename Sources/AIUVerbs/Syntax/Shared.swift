internal import AIUCommandLine

/// Options and arguments that several commands share.
extension CommandTree {
    /// The kind of names that completion asks for.
    static let vmNames = "vm"

    /// Of VMs that were deleted and are kept.
    static let deletedNames = "deleted"
    /// Of profiles alone, and of built-in presets with them.
    static let profileNames = "profile"
    static let presetNames = "preset"
    static let modelNames = "model"

    static let vm = Argument("vm", "The VM's name", completion: .names(kind: vmNames))
    static let vms = Argument("vm", "The VMs' names", .many, completion: .names(kind: vmNames))

    /// For verbs that take many VMs: named, or chosen otherwise.
    static let someVMs = Argument("vm", "The VMs' names", .any, completion: .names(kind: vmNames))
    /// Names and what to do with them, told apart by their form.
    static let setWords = "vm… field=value"
    static let labelWords = "vm… key=value"
    static let profileWords = "name field=value"
    static let selectorOption = Option(
        "selector", short: "l", value: "KEY=VALUE", "The VMs with this label; several labels must all be there",
        isRepeatable: true)
    static let allFlag = Flag("all", "All VMs")
    static let quietFlag = Flag("quiet", short: "q", "Say nothing on success")

    static let formatOptions = [OutputFormat.option]
    static let formatFlags = OutputFormat.flags + [Flag("yaml", "The same as --format yaml")]

    static func timeout(_ summary: String) -> Option {
        Option("timeout", value: "DURATION", summary + ", such as 90s or 5m")
    }

    static let readTimeout = timeout("Give up when there is no answer for so long")

    /// What a new VM is like.
    static let makeOptions = [
        Option(
            "preset", value: "NAME", "Begin with a built-in preset or a profile of yours",
            completion: .names(kind: presetNames)),
        Option("config", value: "FILE", "Begin with an aiu_config.json", completion: .file),
        Option("cpus", value: "COUNT", "Processors, over what preset or configuration say"),
        Option("memory", short: "m", value: "SIZE", "Memory, such as 512MB"),
        Option("storage", value: "SIZE", "Size of its disk, such as 10GB; only what is used takes space"),
        Option("label", value: "KEY=VALUE", "Give it this label", isRepeatable: true),
        Option("image", value: "FLAVOUR", "The base image (default: micro)"), projectOption,
    ]

    static let makeFlags = [
        Flag("encrypt", "Encrypt its disk, under a key of its own that goes with the VM")
    ]

    static let commandOptions = [
        Option(
            "env", short: "e", value: "NAME=VALUE", "Set a variable; NAME alone passes yours on", isRepeatable: true),
        Option("user", short: "u", value: "USER", "Run as this user of the VM (default: aiu, unprivileged)"),
        Option("workdir", short: "w", value: "DIR", "Run in this folder of the VM (default: /workspace)"),
        Option("output-limit", value: "SIZE", "Throw output beyond this away, such as 10MB"),
    ]

    static let commandFlags = [
        Flag("interactive", short: "i", "Pass on standard input"),
        Flag("tty", short: "t", "Give the command a terminal"),
    ]
}
