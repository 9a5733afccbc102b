extension Failure {
    /// What is said to everyone who wants something of an agent that is connected and says nothing any more.
    package static func silentAgent(of vm: VMName) -> Failure {
        Failure(
            .unavailable,
            "the agent of '\(vm)' is connected but says nothing any more; see `aiu logs --console \(vm)`, "
                + "`aiu restart \(vm)` starts it anew")
    }
}
