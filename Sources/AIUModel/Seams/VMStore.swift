/// The database: what must survive any crash. Every call is durable when it returns.
package protocol VMStore: Sendable {
    func allVMs() throws(Failure) -> [VMRecord]
    /// Refuses an identifier that is taken, and a name that another VM has which is not deleted.
    func insert(_ record: VMRecord) throws(Failure)
    func update(_ record: VMRecord) throws(Failure)
    func delete(_ id: VMID) throws(Failure)
    /// Records an event and returns it with its number. Old events are dropped beyond a bound.
    func append(_ kind: VMEvent.Kind, vm: VMName?, id: VMID?, detail: String?) throws(Failure) -> VMEvent
    /// Events after a number, oldest first.
    func events(after sequence: Int64, limit: Int) throws(Failure) -> [VMEvent]
    /// Small facts that outlive a restart, such as the accelerator's verdict.
    func fact(_ key: String) throws(Failure) -> String?
    func setFact(_ key: String, _ value: String?) throws(Failure)
    /// Sorted by name.
    func profiles() throws(Failure) -> [Profile]
    /// Adds a profile, or replaces the one of that name.
    func setProfile(_ profile: Profile) throws(Failure)
    /// False when there is none of that name.
    func deleteProfile(_ name: ProfileName) throws(Failure) -> Bool
    /// The newest first; at least the one that the VM lives by. A bounded number is kept.
    func revisions(of id: VMID, limit: Int) throws(Failure) -> [ConfigurationRevision]
    /// Writes a revision (new, or with a new state) and the VM's row: both or neither.
    func save(_ revision: ConfigurationRevision, with record: VMRecord) throws(Failure)
}
