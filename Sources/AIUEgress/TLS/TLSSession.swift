internal import COpenSSL

/// TLS over one socket, which somebody else owns and closes later than this.
@safe final class TLSSession {
    /// What came of reading or writing.
    enum Outcome {
        case count(Int)
        case wantsRead
        case wantsWrite
        case end
        case failed
    }

    private let handle: OpaquePointer

    /// The guest's side of an intercepted connection, of which the first bytes were read already.
    init?(accepting socket: Int32, _ context: TLSContext, said: [UInt8]) {
        guard let handle = unsafe aiu_tls_accept(context.handle, socket, said, said.count) else { return nil }
        unsafe self.handle = handle
    }

    /// To a server, whose certificate must be for the host.
    init?(connecting socket: Int32, _ context: TLSContext, host: String, isAddress: Bool) {
        guard let handle = unsafe aiu_tls_connect(context.handle, socket, host, isAddress ? 1 : 0) else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe aiu_tls_free(handle) }

    func handshake() -> Outcome { Self.outcome(Int(unsafe aiu_tls_handshake(handle)), isHandshake: true) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        Self.outcome(unsafe aiu_tls_read(handle, buffer.baseAddress, buffer.count))
    }

    func write(_ buffer: UnsafeRawBufferPointer) -> Outcome {
        Self.outcome(unsafe aiu_tls_write(handle, buffer.baseAddress, buffer.count))
    }

    var hasPending: Bool { unsafe aiu_tls_has_pending(handle) != 0 }

    func end() { unsafe aiu_tls_end(handle) }

    var reason: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe aiu_tls_reason(handle, start, buffer.count)
            return unsafe String(cString: start)
        }
    }

    private static func outcome(_ result: Int, isHandshake: Bool = false) -> Outcome {
        switch result {
        case 1...: .count(result)
        case Int(AIU_TLS_DONE): isHandshake ? .count(0) : .end
        case Int(AIU_TLS_WANTS_READ): .wantsRead
        case Int(AIU_TLS_WANTS_WRITE): .wantsWrite
        default: .failed
        }
    }
}
