/// The database: what must survive any crash. Every call is durable when it returns.
package protocol VMStore: Sendable {
    func allVMs() throws(Failure) -> [VMRecord]
    /// Refuses a name or an identifier that is taken.
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
}
