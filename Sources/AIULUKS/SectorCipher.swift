package import AIUSystem
internal import CGnuTLS

/// AES-256 in XTS mode over sectors of 512 bytes, each numbered from the beginning of what is encrypted, as LUKS calls
/// `aes-xts-plain64`. Belongs to one thread.
@safe package final class SectorCipher {
    package static let sector = 512
    static let keyLength = 64

    private let handle: gnutls_cipher_hd_t

    init(key: [UInt8]) throws(SystemError) {
        guard key.count == Self.keyLength, let handle = unsafe aiu_xts_open(key) else {
            throw SystemError("prepare AES-256-XTS with GnuTLS", code: .invalidArgument)
        }
        unsafe self.handle = handle
    }

    deinit { unsafe gnutls_cipher_deinit(handle) }

    /// In place; length and offset are whole sectors.
    package func encrypt(_ bytes: inout [UInt8], at offset: Int64) throws(SystemError) {
        try apply(&bytes, offset, encrypting: true)
    }

    package func decrypt(_ bytes: inout [UInt8], at offset: Int64) throws(SystemError) {
        try apply(&bytes, offset, encrypting: false)
    }

    private func apply(_ bytes: inout [UInt8], _ offset: Int64, encrypting: Bool) throws(SystemError) {
        let call = encrypting ? "encrypt" : "decrypt"
        guard offset >= 0, offset % Int64(Self.sector) == 0, bytes.count % Self.sector == 0 else {
            throw SystemError(call, "a part of a sector", code: .invalidArgument)
        }
        let first = UInt64(offset) / UInt64(Self.sector)
        let code = unsafe bytes.withUnsafeMutableBytes {
            unsafe aiu_xts_apply(handle, encrypting ? 1 : 0, first, $0.baseAddress, $0.count)
        }
        guard code == 0 else { throw SystemError(call, "with GnuTLS", code: .ioError) }
    }
}
