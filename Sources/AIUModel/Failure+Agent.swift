extension Failure {
    /// What is said to everyone who wants something of an agent that is connected and says nothing any more.
    package static func silentAgent(of vm: VMName) -> Failure {
        Failure(
            .unavailable,
            "the agent of '\(vm)' is connected but says nothing any more; see `aiu logs --console \(vm)`, "
                + "`aiu restart \(vm)` starts it anew")
    }

    /// What is said to everyone who wants something of the assistant in a VM that has none.
    package static func noAssistant(in vm: VMName) -> Failure {
        Failure(
            .unsupported,
            "the image of '\(vm)' is older than the assistant; a new VM, made with `aiu launch`, has one")
    }
}
