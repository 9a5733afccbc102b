internal import AIUClient
package import AIUCommandLine
package import AIUModel

/// The words of `create`, `launch` and `run` as a request for a VM.
package enum VMWish {
    /// A configuration is 32 KiB in the VM; comments there are none, so a longer file is a mistake.
    package static let longestConfiguration = 256 * 1024

    package static func read(_ arguments: Arguments, name: String?, ephemeral: Bool) throws -> CreateVM {
        if let name, VMName(name) == nil { throw Problem.notName(name) }
        let labels = try LabelWords(arguments.options("label"), mayRemove: false).set
        if arguments.isGiven("preset"), arguments.isGiven("config") {
            throw arguments.error("`--preset` and `--config` contradict each other; give one of them")
        }
        let configuration = try arguments.option("config").map {
            try FileArgument.text($0, limit: longestConfiguration)
        }
        return CreateVM(
            name: name, ephemeral: ephemeral ? true : nil, flavour: arguments.option("image"),
            preset: arguments.option("preset"), configuration: configuration,
            processors: try arguments.integer("cpus", in: 1...1024),
            memory: try arguments.size("memory", in: 1 << 20...1 << 50).map { ByteCount(bytes: $0) },
            storage: try arguments.size("storage", in: 1 << 20...1 << 52).map { ByteCount(bytes: $0) },
            encrypt: arguments.flag("encrypt") ? true : nil, labels: labels.isEmpty ? nil : labels,
            project: arguments.option("project"))
    }
}
