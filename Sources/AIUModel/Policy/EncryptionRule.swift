/// Whether disks of VMs that are made have to be encrypted.
package enum EncryptionRule: String, Equatable, Sendable, CaseIterable {
    case optional, required
}
