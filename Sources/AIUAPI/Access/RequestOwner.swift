internal import AIUModel
internal import AIUPolicy

extension Request {
    /// Whose a VM is that this request makes.
    var owner: VMOwner { VMOwner(caller.subject(), isAdministrator: caller.role == .admin) }
}
