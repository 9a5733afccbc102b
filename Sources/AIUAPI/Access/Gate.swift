internal import AIUModel
internal import AIUPolicy

/// What every request passes: whether it may be asked for, and the record of it, before anything is done.
struct Gate: Sendable {
    let audit: any AuditTrail
    let book: any PolicyBook

    /// How much of prompts the audit keeps, of this caller in this VM.
    func contents(_ caller: Caller, in vm: String?) -> AuditRules.Contents {
        book.effective(caller.subject(vm: vm.flatMap { VMName($0) })).sections.audit?.prompts ?? .digest
    }

    /// Only asked where there is a prompt.
    func contents(_ request: Request) -> AuditRules.Contents {
        request.asksModel ? contents(request.caller, in: request.path["name"]) : .digest
    }

    /// Throws when it is not allowed, or cannot be recorded; gives what is to be told its end, when it is recorded.
    ///
    /// Who has a role and tries what it does not allow is recorded; a stranger, who could fill the disk with tries, is not.
    func admit(
        _ caller: Caller, to permission: Permission?, reaching reach: Caller.Reach, _ entry: AuditEntry, recorded: Bool
    ) throws(Failure) -> AuditedRequest? {
        do throws(Failure) {
            try caller.check(permission, for: entry.action, reaching: reach)
        } catch {
            if caller.role != nil { try AuditedRequest(entry, audit).ended(error) }
            throw error
        }
        return recorded ? try AuditedRequest(entry, audit) : nil
    }
}
