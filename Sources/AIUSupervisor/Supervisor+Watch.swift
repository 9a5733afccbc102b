internal import AIUModel

extension Supervisor {
    /// Looks at all agents again and again: one that hangs ends no connection, so nothing else would tell.
    func startWatch() {
        let sleep = host.sleep
        let interval = settings.agentSilence / AgentSilence.looks
        watch = Task { [weak self] in
            while !Task.isCancelled {
                do {
                    try await sleep(interval)
                } catch {
                    return  // cancelled: the supervisor ends
                }
                // Not held while it sleeps: a supervisor that nobody needs any more may go.
                guard await self?.lookAtAgents() != nil else { return }
            }
        }
    }

    private func lookAtAgents() async {
        for vm in Array(vms.values) { await vm.lookAtAgent() }
        // A directory that was away when a VM started must not leave it closed for ever.
        if policies.lookAgain() { await followNetworks() }
    }
}
