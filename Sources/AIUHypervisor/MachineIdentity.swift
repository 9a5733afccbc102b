package import AIUModel

/// What libvirt calls a VM of ours: names and UUIDs follow from the VM's identifier.
package enum MachineIdentity {
    private static let prefix = "aiu-"

    package static func domainName(of id: VMID) -> String { prefix + id.text }

    /// Nil for machines that are not ours.
    package static func id(ofDomain name: String) -> VMID? {
        name.hasPrefix(prefix) ? VMID(String(name.dropFirst(prefix.count))) : nil
    }

    /// A version 8 UUID (RFC 9562): fixed bits of ours, then the identifier.
    package static func uuid(of id: VMID) -> String { "61697500-7669-8274-8075-\(id.text)" }

    /// Of the secret that opens its disk.
    package static func secret(of id: VMID) -> String { "61697500-7669-8274-8076-\(id.text)" }
}
