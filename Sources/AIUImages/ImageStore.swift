package import AIUModel
internal import AIUSystem
internal import Synchronization

/// Base images, state disks and the files in them, below one state directory.
package final class ImageStore: Images {
    package static let maxBatch = 1024

    let configuration: ImageStoreConfiguration
    let images: BaseImages
    let stamps: StampStore
    let disks: StateDisks
    let appliance: Appliance
    let offline: OfflineFiles
    let tcg: Mutex<Bool>
    let files = BlockingQueue("aiu.images.files", concurrent: true)
    // One appliance at a time: each takes a quarter of a gigabyte.
    let appliances = BlockingQueue("aiu.images.appliance")

    /// Makes the folders below the state directory and removes what a crash left half made.
    package init(_ configuration: ImageStoreConfiguration) throws(Failure) {
        let state = configuration.stateDirectory
        let temporary = "\(state)/cache/tmp"
        self.configuration = configuration
        tcg = Mutex(configuration.forceTCG)
        appliance = Appliance(
            cacheDirectory: "\(state)/cache", temporaryDirectory: temporary, deadline: configuration.deadline)
        images = BaseImages(
            folder: "\(state)/images", verified: VerifiedFiles(path: "\(state)/cache/verified.json"))
        stamps = StampStore(folder: "\(state)/stamps", appliance: appliance)
        disks = StateDisks(folder: "\(state)/vms", keys: DiskKeys(seal: configuration.seal))
        offline = OfflineFiles(appliance: appliance)
        do throws(ImageError) {
            try ImageError.attempting("prepare the state directory") { () throws(SystemError) in
                for name in ["images", "stamps", "vms", "cache"] { try Files.makeFolder("\(state)/\(name)") }
                try Files.removeTree(temporary)
                try Files.makeFolder(temporary)
                for name in try Files.names(in: "\(state)/stamps") where name.hasPrefix(StateDisks.unfinished) {
                    try Files.remove("\(state)/stamps/\(name)")
                }
            }
            try images.clean()
            try disks.clean()
        } catch {
            throw error.failure
        }
    }

    /// Keeps libguestfs from using KVM, or lets it, from its next start on.
    package func setForceTCG(_ force: Bool) { tcg.withLock { $0 = force } }

    /// Makes the stamp ahead, so that the first VM need not wait for it.
    package func prepare() async throws(Failure) {
        guard configuration.useStamp else { return }
        _ = try await stamp()
    }

    package func image(flavour: String) async throws(Failure) -> BaseImage {
        try await files.run { [images] () throws(ImageError) in try images.image(flavour: flavour) }
    }

    package func image(digest: String) async throws(Failure) -> BaseImage {
        try await files.run { [images] () throws(ImageError) in try images.image(digest: digest) }
    }

    package func createStateDisks(_ new: [NewStateDisk]) async throws(Failure) {
        guard !new.isEmpty else { return }
        guard new.count <= Self.maxBatch else {
            throw Failure(.invalid, "cannot make \(new.count) VMs at once; \(Self.maxBatch) is the most")
        }
        try await files.run { [disks] () throws(ImageError) in try disks.check(new) }
        if configuration.useStamp, let stamp = try await stamp() {
            try await files.run { [disks] () throws(ImageError) in try disks.create(new, from: stamp) }
            return
        }
        let forceTCG = tcg.withLock { $0 }
        try await appliances.run { [disks, appliance] () throws(ImageError) in
            try disks.create(new, by: appliance, forceTCG: forceTCG)
        }
    }

    /// Replaces the configurations of stopped VMs, many in one start of the appliance.
    package func injectConfigurations(_ configurations: [VMID: [UInt8]]) async throws(Failure) {
        let forceTCG = tcg.withLock { $0 }
        let sorted = configurations.sorted { $0.key < $1.key }
        try await appliances.run { [disks, offline] () throws(ImageError) in
            var work: [(disk: String, key: DiskKey?, configuration: [UInt8])] = []
            for (id, bytes) in sorted {
                let key = try disks.key(of: id, to: "put the configuration into the VM")
                work.append((disk: disks.disk(of: id), key: key, configuration: bytes))
            }
            try offline.inject(work, forceTCG: forceTCG)
        }
    }

    package func removeState(of id: VMID) async throws(Failure) {
        try await files.run { [disks] () throws(ImageError) in try disks.remove(id) }
    }

    package func diskKey(of id: VMID) async throws(Failure) -> DiskKey? {
        try await files.run { [disks] () throws(ImageError) in try disks.key(of: id, to: "open the VM's disk") }
    }

    package func stateDiskPath(of id: VMID) -> String { disks.disk(of: id) }

    package func folder(of id: VMID) -> String { disks.home(of: id) }

    package func readFile(_ path: String, of id: VMID) async throws(Failure) -> [UInt8] {
        let (root, forceTCG) = try await offlineNeeds(of: id)
        return try await appliances.run { [offline, disks] () throws(ImageError) in
            let path = try GuestPath(path, to: "read a file of the VM")
            let key = try disks.key(of: id, to: "read \(path) of the VM")
            return try offline.read(path, disk: disks.disk(of: id), key: key, root: root, forceTCG: forceTCG)
        }
    }

    package func writeFile(_ path: String, _ bytes: [UInt8], of id: VMID) async throws(Failure) {
        let (root, forceTCG) = try await offlineNeeds(of: id)
        try await appliances.run { [offline, disks] () throws(ImageError) in
            let path = try GuestPath(path, to: "write a file of the VM")
            let key = try disks.key(of: id, to: "write \(path) of the VM")
            try offline.write(path, bytes, disk: disks.disk(of: id), key: key, root: root, forceTCG: forceTCG)
        }
    }

    package func statesOnDisk() async throws(Failure) -> Set<VMID> {
        try await files.run { [disks] () throws(ImageError) in try disks.ids() }
    }

    package func usage() async throws(Failure) -> DiskUsage {
        try await files.run { [disks, configuration] () throws(ImageError) in
            let state = configuration.stateDirectory
            var vms: [String: ByteCount] = [:]
            for id in try disks.ids() { vms[id.text] = DiskSpace.taken(by: disks.home(of: id)) }
            let free = try ImageError.attempting("measure the disk") { () throws(SystemError) in
                try DiskSpace.free(at: state)
            }
            return DiskUsage(
                images: DiskSpace.taken(by: "\(state)/images"), stamps: DiskSpace.taken(by: "\(state)/stamps"),
                cache: DiskSpace.taken(by: "\(state)/cache"), vms: vms, free: free)
        }
    }

    /// The root file system below the VM's own files, and what the appliance may use.
    private func offlineNeeds(of id: VMID) async throws(Failure) -> (root: String, forceTCG: Bool) {
        guard Files.exists(disks.disk(of: id)) else {
            throw Failure(.notFound, "the VM \(id) has no disk at \(disks.disk(of: id)); `aiu ls` shows the VMs")
        }
        guard let digest = configuration.imageOfVM(id) else {
            throw Failure(.notFound, "it is not known which image the VM \(id) belongs to; `aiu ls` shows the VMs")
        }
        return (try await image(digest: digest).rootPath, tcg.withLock { $0 })
    }

    private func stamp() async throws(Failure) -> Stamp? {
        if let stamp = try await files.run({ [stamps] () throws(ImageError) in stamps.existing() }) { return stamp }
        let forceTCG = tcg.withLock { $0 }
        return try await appliances.run { [stamps] () throws(ImageError) in try stamps.make(forceTCG: forceTCG) }
    }
}
