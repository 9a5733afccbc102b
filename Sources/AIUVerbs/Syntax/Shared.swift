internal import AIUCommandLine
internal import AIUModel

/// Options and arguments that several commands share.
extension CommandTree {
    /// The kind of names that completion asks for.
    static let vmNames = "vm"

    static let vm = Argument("vm", "The VM's name", completion: .names(kind: vmNames))
    static let vms = Argument("vm", "The VMs' names", .many, completion: .names(kind: vmNames))

    static let formatOptions = [OutputFormat.option]
    static let formatFlags = OutputFormat.flags + [Flag("yaml", "The same as --format yaml")]

    static func timeout(_ summary: String) -> Option {
        Option("timeout", value: "DURATION", summary + ", such as 90s or 5m")
    }

    static let readTimeout = timeout("Give up when there is no answer for so long")

    /// What a new VM is like.
    static let makeOptions = [
        Option(
            "preset", value: "NAME", "Begin with a named configuration", choices: Preset.allCases.map(\.rawValue)),
        Option("config", value: "FILE", "Begin with an aiu_config.json", completion: .file),
        Option("cpus", value: "COUNT", "Processors, over what preset or configuration say"),
        Option("memory", short: "m", value: "SIZE", "Memory, such as 512MB"),
        Option("storage", value: "SIZE", "Size of its disk, such as 10GB; only what is used takes space"),
        Option("image", value: "FLAVOUR", "The base image (default: micro)"),
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
