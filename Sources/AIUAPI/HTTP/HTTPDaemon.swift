internal import AIUSystem
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// libmicrohttpd's server thread. Holds on to the core until it is stopped.
@safe final class HTTPDaemon: Sendable {
    private enum Phase {
        case serving
        case quiet
        case stopped
    }

    nonisolated(unsafe) private let handle: OpaquePointer
    private let core: Unmanaged<ServerCore>
    private let phase = Mutex(Phase.serving)

    init?(_ listener: consuming FileDescriptor, _ core: ServerCore, _ identity: TLSIdentity? = nil) {
        let seconds = UInt32(clamping: core.settings.idle.components.seconds)
        var native = unsafe aiu_mhd_settings(
            listener: listener.release(), connections: core.settings.connections, idle_seconds: max(1, seconds),
            connection_memory: core.settings.connectionMemory, certificate: nil, key: nil, client_authorities: nil)
        let context = unsafe Unmanaged.passRetained(core)
        let started = unsafe Self.withCStrings(identity) { certificate, key, authority in
            unsafe native.certificate = certificate
            unsafe native.key = key
            unsafe native.client_authorities = authority
            return unsafe aiu_mhd_start(
                &native, { unsafe handleRequest($0, $1, $3, $5, $6, $7) },
                { _, _, state, _ in unsafe completeRequest(state) },
                { unsafe beginRequest($0, $1, $2) }, context.toOpaque())
        }
        guard let handle = unsafe started else {
            _ = unsafe FileDescriptor(owning: native.listener)
            unsafe context.release()
            return nil
        }
        unsafe self.handle = handle
        unsafe self.core = context
    }

    /// The library reads the texts while it starts.
    private static func withCStrings<Result>(
        _ identity: TLSIdentity?,
        _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let identity else { return body(nil, nil, nil) }
        return unsafe identity.certificate.withCString { certificate in
            unsafe identity.key.withCString { key in
                guard let authority = identity.clientAuthority else { return unsafe body(certificate, key, nil) }
                return unsafe authority.withCString { unsafe body(certificate, key, $0) }
            }
        }
    }

    /// Accepts no more connections; false when it did not before either.
    func quiesce() -> Bool {
        phase.withLock { phase in
            guard case .serving = phase else { return false }
            phase = .quiet
            let listener = unsafe MHD_quiesce_daemon(handle)
            if listener >= 0 { _ = FileDescriptor(owning: listener) }
            return true
        }
    }

    /// No connection may be suspended any more.
    func stop() {
        phase.withLock { phase in
            guard case .quiet = phase else { return }
            phase = .stopped
            unsafe MHD_stop_daemon(handle)
            unsafe core.release()
        }
    }
}

/// The request line has come.
private func beginRequest(
    _ context: UnsafeMutableRawPointer?, _ uri: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context, let uri = unsafe uri, let connection = unsafe connection else { return nil }
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let target = unsafe Array(UnsafeRawBufferPointer(start: uri, count: strlen(uri)))
    let exchange = unsafe Exchange(core, connection, target: target)
    return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// Headers, a piece of the body or its end have come, or a suspended connection goes on.
private func handleRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ method: UnsafePointer<CChar>?,
    _ bytes: UnsafePointer<CChar>?, _ count: UnsafeMutablePointer<Int>?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let pointer = unsafe state?.pointee, let method = unsafe method, let count = unsafe count else {
        return aiu_mhd_result(0)
    }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count.pointee)
    unsafe count.pointee = 0
    return aiu_mhd_result(unsafe exchange.advance(method: method, piece: piece) ? 1 : 0)
}

/// The answer was sent, or the client is gone.
private func completeRequest(_ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) {
    guard let pointer = unsafe state?.pointee else { return }
    unsafe state?.pointee = nil
    unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().complete()
}
