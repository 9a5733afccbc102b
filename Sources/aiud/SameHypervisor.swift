internal import AIUModel
internal import AIUStore

/// One libvirt knows nothing of the other's machines: it would take them for ended and start their disks a second time.
enum SameHypervisor {
    private static let fact = "hypervisor"

    /// Refuses to change over while VMs run.
    static func require(_ choice: DaemonConfiguration.HypervisorChoice, _ store: SQLiteStore) throws(Failure) {
        let former = try store.fact(fact) ?? DaemonConfiguration.HypervisorChoice.embedded.rawValue
        guard former != choice.rawValue else { return }
        let running = try store.allVMs().filter { $0.phase.isActive }.map(\.name.text).sorted()
        guard running.isEmpty else {
            throw Failure(
                .invalid,
                "`hypervisor` is \"\(choice.rawValue)\", but \(running.prefix(5).joined(separator: ", ")) "
                    + "(\(running.count) in all) may still run under \"\(former)\"; start aiud with that and stop them first"
            )
        }
        try store.setFact(fact, choice.rawValue)
    }
}
