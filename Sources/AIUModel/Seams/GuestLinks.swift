package import AIUWire

/// The way to the agents: one back end per VM, one control connection each, operations beside it.
package protocol GuestLinks: Sendable {
    /// Starts a VM's back end; returns when QEMU may connect. One that is left over is replaced.
    func open(_ id: VMID, contextID: UInt32, welcome: GuestIdentity) async throws(Failure) -> GuestSockets
    /// Takes over the back end of a VM that runs already; false when it is gone.
    func adopt(_ id: VMID, contextID: UInt32, welcome: GuestIdentity) async throws(Failure) -> Bool
    /// Ends the back end and removes its sockets. One that is gone is fine.
    func close(_ id: VMID) async
    /// Asks the agent to end the guest in order.
    func order(_ order: ShutdownOrder, to id: VMID) async throws(Failure)
    /// The time from host to agent and back.
    func ping(_ id: VMID, within limit: Duration) async throws(Failure) -> Duration
    /// Orders the guest to live by another document from now on, and waits for what became of it. A refusal of the
    /// guest is an answer; failures are those of the way there.
    func configure(
        _ id: VMID, revision: Int, document: [UInt8], within limit: Duration
    ) async throws(Failure) -> ConfiguredAnswer
    /// Tells the guest, now and whenever its agent dials, whose signatures its programs shall trust: a certificate in PEM, empty
    /// for nobody's.
    func trust(_ certificate: [UInt8], in id: VMID) async
    /// Tells the guest, now and whenever its agent dials, how it uses its network card; nil when nothing passes one.
    func use(_ card: NetworkCard?, in id: VMID) async
    /// A new stream to the agent's operation port: a connected, blocking socket that the caller owns.
    func connect(_ id: VMID) async throws(Failure) -> Int32
    /// The VM's serial console from now on, one client at a time: a connected, blocking socket that the caller owns.
    func attach(_ id: VMID) async throws(Failure) -> Int32
    /// Back ends that are alive, for VMs known to the supervisor or not.
    func backEnds() async -> Set<VMID>
    /// What the guests say, from the first call of this property on. One consumer.
    var events: AsyncStream<GuestEvent> { get }
}

/// What the host tells a guest about itself.
package struct GuestIdentity: Equatable, Sendable {
    package var hostname: String
    /// Where the agent's and the kernel's log lines go, bounded by rotation.
    package var logPath: String
    package var consolePath: String

    package init(hostname: String, logPath: String, consolePath: String) {
        self.hostname = hostname
        self.logPath = logPath
        self.consolePath = consolePath
    }
}

/// Where QEMU finds a VM's back end.
package struct GuestSockets: Equatable, Sendable {
    package var vhost: String
    package var console: String

    package init(vhost: String, console: String) {
        self.vhost = vhost
        self.console = console
    }
}

/// News from a guest or of its back end.
package enum GuestEvent: Equatable, Sendable {
    case hello(VMID, Hello)
    case heartbeat(VMID, Heartbeat)
    /// It said something else: no more often than heartbeats come.
    case heard(VMID)
    /// The control connection ended; `inOrder` when the agent said goodbye.
    case lost(VMID, inOrder: Bool)
    case backEndEnded(VMID)
}
