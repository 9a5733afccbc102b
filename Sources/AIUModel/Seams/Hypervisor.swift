/// Runs machines. Everything that it knows of a VM is in the description; it keeps no state of ours.
package protocol Hypervisor: Sendable {
    /// Starts QEMU; returns when the guest's processors run.
    func boot(_ machine: MachineDescription) async throws(Failure)
    /// Ends QEMU at once. A machine that does not run is fine.
    func destroy(_ id: VMID) async throws(Failure)
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
    /// Sockets of the VM's back end.
    package var vhostSocketPath: String
    package var consoleSocketPath: String
    package var accelerator: Accelerator.Kind

    package init(
        id: VMID, name: VMName, resources: VMResources, image: BaseImage, stateDiskPath: String,
        vhostSocketPath: String, consoleSocketPath: String, accelerator: Accelerator.Kind
    ) {
        self.id = id
        self.name = name
        self.resources = resources
        self.image = image
        self.stateDiskPath = stateDiskPath
        self.vhostSocketPath = vhostSocketPath
        self.consoleSocketPath = consoleSocketPath
        self.accelerator = accelerator
    }
}

/// A machine ended, and how.
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

    package var id: VMID
    package var ending: Ending

    package init(id: VMID, ending: Ending) {
        self.id = id
        self.ending = ending
    }
}
