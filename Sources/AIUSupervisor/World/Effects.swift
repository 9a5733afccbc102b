import AIUModel
import AIUWire
internal import Synchronization

/// The only holder of the seams. Whatever changes the world is a method here and goes through `perform` with its step.
final class Effects: Sendable {
    let seams: Seams
    private let ended = Atomic<Bool>(false)

    init(_ seams: Seams) { self.seams = seams }

    /// Carries out one step, then lets the fail point have its say.
    func perform<Result: Sendable>(
        _ step: Step, _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try requireAlive()
        let result = try await body()
        try pass(step)
        return result
    }

    func performNow<Result>(_ step: Step, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try requireAlive()
        let result = try body()
        try pass(step)
        return result
    }

    private func pass(_ step: Step) throws(Failure) {
        do throws(Failure) {
            try seams.failPoint(step)
        } catch {
            ended.store(true, ordering: .sequentiallyConsistent)
            throw error
        }
    }

    /// A fail point has ended this supervisor: nothing that it does matters any more.
    var areOver: Bool { ended.load(ordering: .sequentiallyConsistent) }

    /// A supervisor that a fail point ended must not tidy up: a killed one could not either.
    private func requireAlive() throws(Failure) {
        guard !areOver else {
            throw Failure(.internalError, "this supervisor was ended by a fail point")
        }
    }

    // MARK: Rows

    func insert(_ record: VMRecord) throws(Failure) {
        try performNow(.rowInserted) { () throws(Failure) in try seams.store.insert(record) }
    }

    func update(_ record: VMRecord) throws(Failure) {
        try performNow(.rowUpdated) { () throws(Failure) in try seams.store.update(record) }
    }

    func save(_ revision: ConfigurationRevision, with record: VMRecord) throws(Failure) {
        try performNow(.revisionSaved) { () throws(Failure) in try seams.store.save(revision, with: record) }
    }

    func removeRow(_ id: VMID) throws(Failure) {
        try performNow(.rowRemoved) { () throws(Failure) in try seams.store.delete(id) }
    }

    func setProfile(_ profile: Profile) throws(Failure) {
        try performNow(.profileSaved) { () throws(Failure) in try seams.store.setProfile(profile) }
    }

    func removeProfile(_ name: ProfileName) throws(Failure) -> Bool {
        try performNow(.profileRemoved) { () throws(Failure) in try seams.store.deleteProfile(name) }
    }

    /// An account of what happened changes nothing, so it is no step; but the dead tell nothing.
    func append(_ kind: VMEvent.Kind, _ record: VMRecord?, detail: String?) throws(Failure) -> VMEvent {
        try requireAlive()
        return try seams.store.append(kind, vm: record?.name, id: record?.id, detail: detail)
    }

    // MARK: Disks

    func createDisks(_ disks: [NewStateDisk]) async throws(Failure) {
        try await perform(.disksCreated) { () async throws(Failure) in try await seams.images.createStateDisks(disks) }
    }

    func copyDisk(of source: VMID, to target: VMID) async throws(Failure) {
        try await perform(.diskCopied) { () async throws(Failure) in
            try await seams.images.copyState(of: source, to: target)
        }
    }

    func createEmptyDisk(of id: VMID, size: ByteCount, room: ByteCount) async throws(Failure) {
        try await perform(.emptyDiskCreated) { () async throws(Failure) in
            try await seams.images.createEmptyState(of: id, size: size, room: room)
        }
    }

    func fillDisk(of id: VMID, from archive: any IncomingArchive) async throws(Failure) {
        try await perform(.diskFilled) { () async throws(Failure) in
            try await archive.fill(seams.images.stateDiskPath(of: id))
        }
    }

    func removeDisk(of id: VMID) async throws(Failure) {
        try await perform(.diskRemoved) { () async throws(Failure) in try await seams.images.removeState(of: id) }
    }

    func writeFile(_ path: String, _ bytes: [UInt8], of id: VMID) async throws(Failure) {
        try await perform(.diskFileWritten) { () async throws(Failure) in
            try await seams.images.writeFile(path, bytes, of: id)
        }
    }

    func writeConfiguration(_ bytes: [UInt8], of id: VMID, over present: String) async throws(Failure) {
        try await perform(.diskConfigured) { () async throws(Failure) in
            try await seams.images.writeConfiguration(bytes, of: id, over: present)
        }
    }

    func growDisk(of id: VMID, to size: ByteCount) async throws(Failure) {
        try await perform(.diskGrown) { () async throws(Failure) in
            try await seams.images.growState(of: id, to: size)
        }
    }

    func removeStray(_ id: VMID) async throws(Failure) {
        try await perform(.strayRemoved) { () async throws(Failure) in try await seams.images.removeStray(id) }
    }

    func removeImage(_ digest: String) async throws(Failure) {
        try await perform(.imageRemoved) { () async throws(Failure) in try await seams.images.removeImage(digest) }
    }

    func removeStamp(_ name: String) async throws(Failure) {
        try await perform(.stampRemoved) { () async throws(Failure) in try await seams.images.removeStamp(name) }
    }

    // MARK: Back ends

    func openBackEnd(
        _ id: VMID, contextID: UInt32, welcome: GuestIdentity
    ) async throws(Failure) -> GuestSockets {
        try await perform(.backEndOpened) { () async throws(Failure) in
            try await seams.links.open(id, contextID: contextID, welcome: welcome)
        }
    }

    func adoptBackEnd(_ id: VMID, contextID: UInt32, welcome: GuestIdentity) async throws(Failure) -> Bool {
        try await perform(.backEndAdopted) { () async throws(Failure) in
            try await seams.links.adopt(id, contextID: contextID, welcome: welcome)
        }
    }

    func closeBackEnd(_ id: VMID) async {
        await endNetwork(of: id)
        await dropCard(of: id)
        do throws(Failure) {
            try await perform(.backEndClosed) { () async throws(Failure) in await seams.links.close(id) }
        } catch {
            // Only a fail point throws here, and the next step meets its end.
        }
    }

    func order(_ order: ShutdownOrder, to id: VMID) async throws(Failure) {
        try await perform(.shutdownOrdered) { () async throws(Failure) in try await seams.links.order(order, to: id) }
    }

    func configure(
        _ id: VMID, revision: Int, document: [UInt8], within limit: Duration
    ) async throws(Failure) -> ConfiguredAnswer {
        try await perform(.guestConfigured) { () async throws(Failure) in
            try await seams.links.configure(id, revision: revision, document: document, within: limit)
        }
    }

    // MARK: Machines

    func boot(_ machine: MachineDescription) async throws(Failure) {
        try await perform(.machineBooted) { () async throws(Failure) in try await seams.hypervisor.boot(machine) }
    }

    func destroy(_ id: VMID) async throws(Failure) {
        try await perform(.machineDestroyed) { () async throws(Failure) in try await seams.hypervisor.destroy(id) }
    }

    func pause(_ id: VMID) async throws(Failure) {
        try await perform(.machinePaused) { () async throws(Failure) in try await seams.hypervisor.pause(id) }
    }

    func resume(_ id: VMID) async throws(Failure) {
        try await perform(.machineResumed) { () async throws(Failure) in try await seams.hypervisor.resume(id) }
    }

    // MARK: Reading, which is no step

    func allVMs() throws(Failure) -> [VMRecord] { try seams.store.allVMs() }

    func profiles() throws(Failure) -> [Profile] { try seams.store.profiles() }

    func revisions(of id: VMID, limit: Int) throws(Failure) -> [ConfigurationRevision] {
        try seams.store.revisions(of: id, limit: limit)
    }

    func events(after sequence: Int64, limit: Int) throws(Failure) -> [VMEvent] {
        try seams.store.events(after: sequence, limit: limit)
    }

    func image(flavour: String) async throws(Failure) -> BaseImage { try await seams.images.image(flavour: flavour) }

    func image(digest: String) async throws(Failure) -> BaseImage { try await seams.images.image(digest: digest) }

    func diskPath(of id: VMID) -> String { seams.images.stateDiskPath(of: id) }

    func diskKey(of id: VMID) async throws(Failure) -> DiskKey? { try await seams.images.diskKey(of: id) }

    func folder(of id: VMID) -> String { seams.images.folder(of: id) }

    func readFile(_ path: String, of id: VMID) async throws(Failure) -> [UInt8] {
        try await seams.images.readFile(path, of: id)
    }

    func beginExport(_ vm: ArchivedVM, of id: VMID) throws(Failure) -> any OutgoingArchive {
        try seams.archives.beginExport(vm, diskPath: seams.images.stateDiskPath(of: id))
    }

    func beginImport() throws(Failure) -> any IncomingArchive { try seams.archives.beginImport() }

    func statesOnDisk() async throws(Failure) -> Set<VMID> { try await seams.images.statesOnDisk() }

    func unusedImages(keeping digests: Set<String>) async throws(Failure) -> [StoredItem] {
        try await seams.images.unusedImages(keeping: digests)
    }

    func unusedStamps() async throws(Failure) -> [StoredItem] { try await seams.images.unusedStamps() }

    func usage() async throws(Failure) -> DiskUsage { try await seams.images.usage() }

    func runningMachines() async throws(Failure) -> Set<VMID> { try await seams.hypervisor.runningMachines() }

    func pausedMachines() async throws(Failure) -> Set<VMID> { try await seams.hypervisor.pausedMachines() }

    func accelerator(for image: BaseImage) async throws(Failure) -> Accelerator {
        try await seams.hypervisor.accelerator(for: image)
    }

    var machineNews: AsyncStream<HypervisorEvent> { seams.hypervisor.events }

    func ping(_ id: VMID, within limit: Duration) async throws(Failure) -> Duration {
        try await seams.links.ping(id, within: limit)
    }

    func connect(_ id: VMID) async throws(Failure) -> Int32 { try await seams.links.connect(id) }

    func attach(_ id: VMID) async throws(Failure) -> Int32 { try await seams.links.attach(id) }

    func backEnds() async -> Set<VMID> { await seams.links.backEnds() }

    var guestNews: AsyncStream<GuestEvent> { seams.links.events }
}
