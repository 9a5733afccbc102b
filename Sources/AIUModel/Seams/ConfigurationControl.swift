/// Changing what VMs live by, also while they run.
package protocol ConfigurationControl: Sendable {
    func configuration(of name: VMName) async throws(Failure) -> ConfigurationView
    /// Says what a document would change, or changes it: recorded, pushed, confirmed, or undone.
    func apply(_ request: ApplyConfiguration, to name: VMName) async throws(Failure) -> ConfigurationOutcome
    /// The newest first.
    func configurationHistory(of name: VMName, limit: Int) async throws(Failure) -> [ConfigurationRevision]
}
