import AIUModel

extension FakeControl {
    /// Puts a VM into a project of the policy.
    func move(_ name: String, to project: String) throws(Failure) {
        var view = try find(Self.view(name).record.name)
        view.record.project = project
        views[view.record.name] = view
    }
}
