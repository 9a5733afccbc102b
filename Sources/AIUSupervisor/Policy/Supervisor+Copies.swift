import AIUModel

/// What the policy says of a VM holds for what is made of it, too.
extension Supervisor {
    /// The project that a copy counts in: its origin's. Only an administrator takes it to another one.
    func project(ofCopy wanted: String?, of origin: VMRecord, for owner: VMOwner?) throws(Failure) -> String? {
        guard let home = origin.project else { return try project(wanted, for: owner) }
        guard let wanted, wanted != home else { return home }
        guard owner?.isAdministrator ?? true else {
            throw Failure(
                .denied,
                "a copy of '\(origin.name)' belongs to its project '\(home)'; only an administrator makes one for "
                    + "'\(wanted.prefix(64))'")
        }
        return try project(wanted, for: owner)
    }

    /// The project that an archive names, where the policy has it: whoever brings it must be a member.
    func project(ofArchived vm: ArchivedVM, for owner: VMOwner?) throws(Failure) -> String? {
        guard let home = vm.project, policies.present.document.projects[home] != nil else {
            return try project(nil, for: owner)
        }
        do throws(Failure) {
            return try project(home, for: owner)
        } catch {
            throw Failure(error.reason, "the archive's VM is of the project '\(home)', and \(error.message)")
        }
    }

    /// Refuses another name for what the policy has rules for by its name: otherwise whoever may give it one could take it
    /// out of its rules. A name that has the very same rules is as good.
    func requireSameRules(as name: VMName, for new: VMName?, to verb: String) throws(Failure) {
        let all = policies.present.document.vms
        guard new != name, let rules = all[name] else { return }
        if let new, all[new] == rules { return }
        throw Failure(
            .denied,
            "cannot \(verb) '\(name)': the policy has rules for it by this name, and not the same for "
                + (new.map { "'\($0)'" } ?? "a name that is chosen for it")
                + "; an administrator gives them to another name first, with `aiu policy apply`")
    }
}
