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

    /// Holds the processors. Not every driver takes this twice.
    func suspend() throws(LibvirtError) {
        if try isPaused() { return }
        guard unsafe virDomainSuspend(handle) != 0 else { return }
        let error = LibvirtError.last("pause \(name)")
        // Somebody else, or QEMU itself, may have been faster.
        if try !isPaused() { throw error }
    }

    func resume() throws(LibvirtError) {
        guard try isPaused(), unsafe virDomainResume(handle) != 0 else { return }
        let error = LibvirtError.last("resume \(name)")
        if try isPaused() { throw error }
    }

    /// Held because its disk took no more; false when that cannot be told any more.
    var isStalled: Bool {
        var (state, reason): (Int32, Int32) = (0, 0)
        guard unsafe virDomainGetState(handle, &state, &reason, 0) == 0 else { return false }
        return state == Int32(VIR_DOMAIN_PAUSED.rawValue) && reason == Int32(VIR_DOMAIN_PAUSED_IOERROR.rawValue)
    }

    private func isPaused() throws(LibvirtError) -> Bool {
        var state: Int32 = 0
        guard unsafe virDomainGetState(handle, &state, nil, 0) == 0 else { throw .last("look at \(name)") }
        return state == Int32(VIR_DOMAIN_PAUSED.rawValue)
    }
}
