internal import AIUModel
internal import CLibvirt
internal import Glibc
internal import Synchronization

/// A connection to libvirt, closed with its last user. libvirt's connections may be used from any thread.
@safe final class Connection: Sendable {
    let uri: String
    private nonisolated(unsafe) let handle: virConnectPtr
    /// For the calls in other files.
    @unsafe var pointer: virConnectPtr { unsafe handle }
    /// Each of them holds the connection open, so they are taken back at its end.
    private let watches = Mutex(Watches())

    private struct Watches {
        var lifecycle: Int32?
        var closing = false
    }

    init(uri: String) throws(LibvirtError) {
        try LibvirtLibrary.prepare()
        guard let handle = unsafe virConnectOpen(uri) else { throw .last("open libvirt (\(uri))") }
        self.uri = uri
        unsafe self.handle = handle
    }

    deinit {
        watches.withLock { watches in
            if let number = watches.lifecycle { unsafe virConnectDomainEventDeregisterAny(handle, number) }
            if watches.closing { unsafe virConnectUnregisterCloseCallback(handle, connectionClosed) }
        }
        unsafe virConnectClose(handle)
    }

    /// False once the daemon behind it is gone. It never comes back: another connection does.
    var isAlive: Bool { unsafe virConnectIsAlive(handle) == 1 }

    /// Starts a machine that leaves nothing behind when it ends.
    func startTransient(_ description: String, named name: String) throws(LibvirtError) {
        // Validation against the schema costs more than the start itself, and the document is ours.
        guard let domain = unsafe virDomainCreateXML(handle, description, UInt32(VIR_DOMAIN_NONE.rawValue)) else {
            throw .last("start \(name)")
        }
        unsafe virDomainFree(domain)
    }

    func machine(named name: String) throws(LibvirtError) -> Domain? {
        if let pointer = unsafe virDomainLookupByName(handle, name) { return unsafe Domain(owning: pointer) }
        let error = LibvirtError.last("look up \(name)")
        guard error.kind == .noSuchMachine else { throw error }
        return nil
    }

    /// Names of everything that runs under this libvirt, ours or not, held or not.
    func runningNames() throws(LibvirtError) -> [String] { try names(VIR_CONNECT_LIST_DOMAINS_ACTIVE) }

    func pausedNames() throws(LibvirtError) -> [String] { try names(VIR_CONNECT_LIST_DOMAINS_PAUSED) }

    /// Those that QEMU itself holds, because their disk took no more.
    func stalledNames() throws(LibvirtError) -> [String] {
        try names(VIR_CONNECT_LIST_DOMAINS_PAUSED) { $0.isStalled }
    }

    private func names(
        _ which: virConnectListAllDomainsFlags, where isWanted: (borrowing Domain) -> Bool = { _ in true }
    ) throws(LibvirtError) -> [String] {
        var list: UnsafeMutablePointer<virDomainPtr?>?
        let count = unsafe virConnectListAllDomains(handle, &list, UInt32(which.rawValue))
        guard count >= 0, let domains = unsafe list else { throw .last("list the running machines") }
        defer { unsafe free(domains) }
        var names: [String] = []
        for index in 0..<Int(count) {
            guard let pointer = unsafe domains[index] else { continue }
            let domain = unsafe Domain(owning: pointer)
            if isWanted(domain) { names.append(domain.name) }
        }
        return names
    }

    /// Hears of every machine's life until the connection closes. The context lives as long as the connection.
    func watchLifecycle(_ watcher: LifecycleWatcher) throws(LibvirtError) {
        let context = unsafe Unmanaged.passRetained(watcher).toOpaque()
        let number = unsafe aiu_register_lifecycle(
            handle, lifecycleChanged, context,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<LifecycleWatcher>.fromOpaque(context).release()
            })
        guard number >= 0 else {
            unsafe Unmanaged<LifecycleWatcher>.fromOpaque(context).release()
            throw .last("watch the machines")
        }
        watches.withLock { $0.lifecycle = number }
    }

    /// Hears once when the daemon behind the connection is gone. Not by libvirt's keep-alive: its messages wake a call
    /// that waits, which leaves a pointer into that call's stack behind (CVE-2024-4418).
    func watchClosing(_ closed: @escaping @Sendable () -> Void) throws(LibvirtError) {
        let context = unsafe Unmanaged.passRetained(ClosingHandler(closed)).toOpaque()
        let registered = unsafe virConnectRegisterCloseCallback(
            handle, connectionClosed, context,
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<ClosingHandler>.fromOpaque(context).release()
            })
        guard registered == 0 else {
            unsafe Unmanaged<ClosingHandler>.fromOpaque(context).release()
            throw .last("watch the connection to libvirtd")
        }
        watches.withLock { $0.closing = true }
    }

    /// What libvirtd confines QEMU with besides users and groups, such as `apparmor`; nil when it is nothing.
    func securityModel() -> String? {
        var model = virSecurityModel()
        guard unsafe virNodeGetSecurityModel(handle, &model) == 0 else { return nil }
        let name = unsafe withUnsafeBytes(of: &model.model) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ["", "none", "dac"].contains(name) ? nil : name
    }

    /// Makes libvirt examine the emulator, which takes seconds the first time and is remembered on disk.
    func examineEmulator(_ emulator: String, domainType: String) throws(LibvirtError) {
        guard
            let text = unsafe virConnectGetDomainCapabilities(
                handle, emulator, "x86_64", DomainXML.machineType, domainType, 0)
        else { throw .last("examine \(emulator)") }
        unsafe free(text)
    }
}

private func lifecycleChanged(
    _: virConnectPtr?, _ domain: virDomainPtr?, _ event: Int32, _ detail: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context = unsafe context, let name = unsafe virDomainGetName(domain) else { return 0 }
    let watcher = unsafe Unmanaged<LifecycleWatcher>.fromOpaque(context).takeUnretainedValue()
    watcher.heard(LifecycleChange(event: event, detail: detail), of: unsafe String(cString: name))
    return 0
}

/// What is to happen when a connection closes.
private final class ClosingHandler: Sendable {
    let closed: @Sendable () -> Void

    init(_ closed: @escaping @Sendable () -> Void) { self.closed = closed }
}

private func connectionClosed(_: virConnectPtr?, _ reason: Int32, _ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    unsafe Unmanaged<ClosingHandler>.fromOpaque(context).takeUnretainedValue().closed()
}
