internal import CLibvirt

/// libvirt's handle of one machine.
@safe struct Domain: ~Copyable {
    private let handle: virDomainPtr

    /// Takes over a reference that nobody else frees.
    @unsafe init(owning handle: virDomainPtr) { unsafe self.handle = handle }

    deinit { unsafe virDomainFree(handle) }

    var name: String {
        guard let text = unsafe virDomainGetName(handle) else { return "" }
        return unsafe String(cString: text)
    }

    /// Ends QEMU at once. One that has just ended by itself is fine.
    func destroy() throws(LibvirtError) {
        guard unsafe virDomainDestroy(handle) != 0 else { return }
        let error = LibvirtError.last("end \(name)")
        if error.kind != .noSuchMachine, error.kind != .notRunning { throw error }
    }
}
