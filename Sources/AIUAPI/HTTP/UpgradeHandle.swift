internal import CMicroHTTPD
internal import Synchronization

/// libmicrohttpd's hold on an upgraded connection, given up once.
///
/// Over TLS the library goes on to encrypt between the client and the socket that it handed out, and would cut both off. On a Unix
/// socket it has nothing more to do.
@safe final class UpgradeHandle: Sendable {
    nonisolated(unsafe) private let handle: OpaquePointer?
    private let isHeld: Mutex<Bool>

    init(_ handle: OpaquePointer?, isSecure: Bool) {
        unsafe self.handle = handle
        isHeld = Mutex(isSecure)
        if !isSecure { unsafe aiu_mhd_end_upgrade(handle) }
    }

    deinit { giveUp() }

    func giveUp() {
        let mine = isHeld.withLock { held in
            defer { held = false }
            return held
        }
        if mine { unsafe aiu_mhd_end_upgrade(handle) }
    }
}
