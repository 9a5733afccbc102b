package import AIUWire

/// What the supervisor does for those who ask: the API knows nothing else of it.
package protocol Control: Sendable {
    func create(_ request: CreateVM) async throws(Failure) -> VMView
    func start(_ name: VMName, within limit: Duration) async throws(Failure) -> VMView
    func stop(_ name: VMName, _ request: StopVM) async throws(Failure) -> VMView
    func restart(_ name: VMName, _ request: StopVM, within limit: Duration) async throws(Failure) -> VMView
    /// Keeps the VM's disk for a time, unless it is ephemeral or shall be purged. A running VM is refused unless forced.
    func delete(_ name: VMName, _ request: DeleteVM) async throws(Failure)
    /// Sorted by name.
    func list() async -> [VMView]
    func inspect(_ name: VMName) async throws(Failure) -> VMView
    func ping(_ name: VMName) async throws(Failure) -> Duration
    /// A stream to the VM's agent on which the request was sent already: a connected, blocking socket that the caller
    /// owns.
    func beginOperation(_ request: OperationRequest, in name: VMName) async throws(Failure) -> Int32
    /// Reads or writes a file of a stopped VM's disk.
    func readFile(_ path: String, of name: VMName) async throws(Failure) -> [UInt8]
    func writeFile(_ path: String, _ bytes: [UInt8], of name: VMName) async throws(Failure)
    func logs(of name: VMName) async throws(Failure) -> LogFiles
    func events(after sequence: Int64, limit: Int) async throws(Failure) -> [VMEvent]
    /// Past events after a number, then new ones as they happen. A reader that falls too far behind is ended.
    func eventStream(after sequence: Int64) async throws(Failure) -> AsyncStream<VMEvent>
    func status() async -> SystemStatus
    func usage() async throws(Failure) -> DiskUsage
    func examine() async -> [HealthCheck]
    /// Ends the supervisor in order; VMs go on running.
    func shutDown() async
}

/// Where a VM's logs are, oldest part first.
package struct LogFiles: Equatable, Sendable {
    package var agent: [String]
    package var console: [String]

    package init(agent: [String], console: [String]) {
        self.agent = agent
        self.console = console
    }
}
