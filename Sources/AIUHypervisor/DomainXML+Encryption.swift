internal import AIUJSON
internal import AIUModel

/// The state disk where it is encrypted. QEMU decrypts it; the guest sees a disk like any other.
extension DomainXML {
    /// libvirt's own way: it asks its store of secrets for the key.
    var encryption: XMLElement? {
        guard machine.diskKey != nil, facts.keyDelivery == .secret else { return nil }
        return XMLElement(
            "encryption", ["format": "luks"],
            inside: [XMLElement("secret", ["type": "passphrase", "uuid": MachineIdentity.secret(of: machine.id)])])
    }

    /// An embedded libvirt cannot ask: libvirt 9 has no identity to ask with there, and ends its process when an ephemeral
    /// secret is defined. So the disk is QEMU's alone, at the place and with the settings that libvirt would give it.
    var encryptedDisk: [String] {
        guard machine.diskKey != nil, case .pipe(let pipe) = facts.keyDelivery else { return [] }
        return [
            "-object", object(["qom-type": "secret", "id": "state-key", "file": pipe]),
            "-blockdev",
            object([
                "driver": "file", "filename": machine.stateDiskPath, "node-name": "state-file", "discard": "ignore",
            ]),
            "-blockdev",
            object(["driver": "luks", "node-name": "state-disk", "file": "state-file", "key-secret": "state-key"]),
            "-device",
            object([
                "driver": "virtio-blk-pci-non-transitional", "id": "state", "drive": "state-disk", "bus": "pcie.0",
                "addr": "0x\(String(stateSlot, radix: 16))", "write-cache": "on",
            ]),
        ]
    }

    /// A QEMU option in JSON. Every value is a text.
    private func object(_ members: KeyValuePairs<String, String>) -> String {
        JSON.object(members.map { JSON.Member($0.key, .string($0.value)) }).text()
    }
}
