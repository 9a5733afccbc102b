package import AIUModel

extension PolicyInForce {
    /// The scope that wants the disks of VMs encrypted that are made; `nil` where none does.
    package var encryptionScope: PolicyScope? {
        layers.first { $0.sections.resources?.encryption == .required }?.scope
    }

    /// Refuses a VM that comes with a disk of its own which is not encrypted; `way` says what else to do.
    package func checkEncryption(of isEncrypted: Bool, _ way: String) throws(Failure) {
        guard !isEncrypted, let scope = encryptionScope else { return }
        throw Failure(
            .denied, "the policy (version \(version), \(scope)) requires encrypted disks, and this one is not; \(way)")
    }
}
