/// What an apply did, or would do.
package struct PolicyOutcome: Equatable, Sendable, Codable {
    /// What holds otherwise for one running VM.
    package struct VMChange: Equatable, Sendable, Codable {
        package var vm: VMName
        package var changes: [PolicyChange]

        package init(vm: VMName, changes: [PolicyChange]) {
            self.vm = vm
            self.changes = changes
        }
    }

    package var dryRun: Bool
    /// The version that holds now.
    package var version: Int64
    /// What is written otherwise, wherever it holds.
    package var changes: [PolicyChange]
    /// Every running VM for which something changes.
    package var vms: [VMChange]

    package init(dryRun: Bool, version: Int64, changes: [PolicyChange], vms: [VMChange]) {
        self.dryRun = dryRun
        self.version = version
        self.changes = changes
        self.vms = vms
    }
}

/// One value that is another one after a change.
package struct PolicyChange: Equatable, Sendable, Codable {
    /// Such as `tools.deny`, or `users.anna.tokens.per_query` where it is told for the whole document.
    package var field: String
    /// As JSON; absent where nothing is said.
    package var before: String?
    package var after: String?

    package init(field: String, before: String?, after: String?) {
        self.field = field
        self.before = before
        self.after = after
    }
}
