/// Runs machines. Everything that it knows of a VM is in the description; it keeps no state of ours.
package protocol Hypervisor: Sendable {
    /// Starts QEMU; returns when the guest's processors run.
    func boot(_ machine: MachineDescription) async throws(Failure)
    /// Ends QEMU at once. A machine that does not run is fine.
    func destroy(_ id: VMID) async throws(Failure)
    /// Holds a machine's processors. One that is held already is fine.
    func pause(_ id: VMID) async throws(Failure)
    /// Lets a machine's processors run again. One that runs is fine.
    func resume(_ id: VMID) async throws(Failure)
    /// The machines whose processors are held; each of them is a running machine too.
    func pausedMachines() async throws(Failure) -> Set<VMID>
    /// The machines that run now, also those that an earlier supervisor started.
    func runningMachines() async throws(Failure) -> Set<VMID>
    /// How VMs of this kernel run on this host. The first call may boot a probe; later ones remember.
    func accelerator(for image: BaseImage) async throws(Failure) -> Accelerator
    /// What happens to machines, from the first call of this property on. One consumer.
    var events: AsyncStream<HypervisorEvent> { get }
}

/// One machine, as the hypervisor needs to know it.
package struct MachineDescription: Equatable, Sendable {
    package var id: VMID
    package var name: VMName
    package var resources: VMResources
    package var image: BaseImage
    package var stateDiskPath: String
    /// What opens the state disk; nil when it is not encrypted.
    package var diskKey: DiskKey?
    /// Sockets of the VM's back end.
    package var vhostSocketPath: String
    package var consoleSocketPath: String
    package var accelerator: Accelerator.Kind
    /// At most `AttachedModel.most`.
    package var models: [ModelDisk]
    /// Nil, as nearly always: there is no network device.
    package var card: NetworkCard?

    package init(
        id: VMID, name: VMName, resources: VMResources, image: BaseImage, stateDiskPath: String,
        diskKey: DiskKey? = nil, vhostSocketPath: String, consoleSocketPath: String, accelerator: Accelerator.Kind,
        models: [ModelDisk] = [], card: NetworkCard? = nil
    ) {
        self.id = id
        self.name = name
        self.resources = resources
        self.image = image
        self.stateDiskPath = stateDiskPath
        self.diskKey = diskKey
        self.vhostSocketPath = vhostSocketPath
        self.consoleSocketPath = consoleSocketPath
        self.accelerator = accelerator
        self.models = models
        self.card = card
    }
}

/// Something happened to a machine that nobody asked for, or that somebody waits for.
package struct HypervisorEvent: Equatable, Sendable {
    package enum Ending: String, Equatable, Sendable {
        /// The guest powered itself off.
        case shutdown
        /// It was destroyed from the host.
        case destroyed
        /// The guest's kernel panicked.
        case panicked
        /// QEMU died.
        case crashed
    }

    package enum Change: Equatable, Sendable {
        case ended(Ending)
        /// QEMU holds its processors because the host's disk is full; a resume after making room goes on.
        case stalled
    }

    package var id: VMID
    package var change: Change

    package init(id: VMID, change: Change) {
        self.id = id
        self.change = change
    }

    package init(id: VMID, ending: Ending) { self.init(id: id, change: .ended(ending)) }
}
