package import AIUSystem
internal import CDigest
internal import Glibc

/// A SHA-256 digest in the making: bytes go in, in pieces of any size, and 32 bytes come out.
package struct SHA256: Sendable {
    package static let length = 32

    private var context = SHA2_CTX()

    package init() { unsafe SHA256Init(&context) }

    package mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in unsafe update(buffer) }
    }

    package mutating func update(_ buffer: UnsafeRawBufferPointer) {
        guard let base = buffer.baseAddress else { return }
        unsafe SHA256Update(&context, base.assumingMemoryBound(to: UInt8.self), buffer.count)
    }

    /// The digest of everything so far; more bytes may follow.
    package func finalize() -> [UInt8] {
        var last = context
        return unsafe [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            unsafe SHA256Final(base, &last)
            count = Self.length
        }
    }

    /// The digest so far in 64 hex digits.
    package func hex() -> String { Hex.text(finalize()) }
}

extension SHA256 {
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.finalize()
    }

    package static func hex(of bytes: [UInt8]) -> String { Hex.text(digest(of: bytes)) }

    package static func hex(of text: String) -> String { hex(of: Array(text.utf8)) }

    /// Reads a file of any size in small pieces.
    package static func hex(ofFile path: String) throws(SystemError) -> String {
        let file = try FileDescriptor.open(path, O_RDONLY)
        do throws(SystemError) {
            return try hex(of: file)
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    /// Reads an open file from where it stands to its end.
    package static func hex(of file: borrowing FileDescriptor) throws(SystemError) -> String {
        var digest = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { unsafe buffer.deallocate() }
        while true {
            guard let count = unsafe try file.read(into: buffer) else { throw SystemError("read", code: .wouldBlock) }
            if count == 0 { return digest.hex() }
            unsafe digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
