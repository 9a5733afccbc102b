internal import AIUModel
internal import AIUSystem
internal import CLibvirt

/// A disk's key in libvirt's store for as long as a machine takes to start: in memory only, and never given back.
extension Connection {
    func withSecret(
        _ key: DiskKey?, of id: VMID, _ body: () throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        guard let key else { return try body() }
        let secret = unsafe try define(MachineIdentity.secret(of: id), for: id, key)
        defer {
            // A libvirtd that has ended meanwhile has forgotten it by itself.
            unsafe virSecretUndefine(secret)
            unsafe virSecretFree(secret)
        }
        try body()
    }

    private func define(_ uuid: String, for id: VMID, _ key: DiskKey) throws(LibvirtError) -> virSecretPtr {
        let description = XMLElement(
            "secret", ["ephemeral": "yes", "private": "yes"],
            inside: [
                XMLElement("uuid", text: uuid),
                XMLElement("description", text: "the disk of \(MachineIdentity.domainName(of: id))"),
            ]
        ).document()
        guard let secret = unsafe virSecretDefineXML(pointer, description, 0) else {
            throw .last("give libvirt the key of the disk")
        }
        var digits = key.copy()
        defer { wipe(&digits) }
        let code = unsafe virSecretSetValue(secret, digits, digits.count, 0)
        guard code == 0 else {
            let error = LibvirtError.last("give libvirt the key of the disk")
            unsafe virSecretUndefine(secret)
            unsafe virSecretFree(secret)
            throw error
        }
        return unsafe secret
    }
}
