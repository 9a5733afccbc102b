package import AIUModel
package import AIUSeal

/// What an image store needs to know.
package struct ImageStoreConfiguration: Sendable {
    /// STATE: images, stamps, VMs' folders and libguestfs's cache are below it.
    package var stateDirectory: String
    /// Keep libguestfs from using a KVM that does not work. `ImageStore.setForceTCG` changes it later.
    package var forceTCG: Bool
    /// The limit on one start of libguestfs's appliance with the work in it.
    package var deadline: Duration
    /// False makes every disk with libguestfs, as if no stamp could be made.
    package var useStamp: Bool

    /// What keys of encrypted disks are kept under; without it no disk can be encrypted, nor an encrypted one be opened.
    package var seal: SecretSeal?

    /// The digest of the image that a VM belongs to, for reading its files while it is stopped.
    package var imageOfVM: @Sendable (VMID) -> String?

    package init(
        stateDirectory: String, forceTCG: Bool = false, deadline: Duration = .seconds(120), useStamp: Bool = true,
        seal: SecretSeal? = nil, imageOfVM: @escaping @Sendable (VMID) -> String?
    ) {
        self.stateDirectory = stateDirectory
        self.forceTCG = forceTCG
        self.deadline = deadline
        self.useStamp = useStamp
        self.seal = seal
        self.imageOfVM = imageOfVM
    }
}
