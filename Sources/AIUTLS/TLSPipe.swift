package import AIUSystem
internal import Glibc

/// Passes bytes on between a plain socket and a TLS connection until both have ended.
package struct TLSPipe: ~Copyable {
    private static let capacity = 64 << 10

    private let tls: TLSClient
    private let plain: FileDescriptor
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var incoming: [UInt8] = []
    private var delivered = 0
    private var plainEnded = false
    private var endTold = false
    private var tlsEnded = false
    /// Nobody is left to deliver to.
    private var plainGone = false

    package init(_ tls: TLSClient, _ plain: consuming FileDescriptor) throws(SystemError) {
        self.tls = tls
        self.plain = plain
        try self.plain.setNonBlocking()
    }

    package mutating func run() throws {
        while true {
            try moveOut()
            try moveIn()
            if tlsEnded, delivered == incoming.count { return }
            if plainGone, plainEnded, sent == outgoing.count { return }
            try wait()
        }
    }

    private mutating func moveOut() throws {
        while true {
            if sent == outgoing.count, !plainEnded {
                guard let bytes = try receive() else { return }
                outgoing = bytes
                sent = 0
                plainEnded = bytes.isEmpty
            }
            while sent < outgoing.count {
                guard case .sent(let count) = try tls.send(outgoing[sent...]) else { return }
                sent += count
            }
            guard plainEnded else { continue }
            if !endTold {
                endTold = true
                tls.endSending()
            }
            return
        }
    }

    private mutating func moveIn() throws {
        while !tlsEnded || delivered < incoming.count {
            while delivered < incoming.count {
                let count = unsafe incoming.withUnsafeBytes { buffer in
                    unsafe send(
                        plain.raw, buffer.baseAddress?.advanced(by: delivered), buffer.count - delivered,
                        Int32(MSG_NOSIGNAL))
                }
                if count < 0 {
                    if plainGone { return }
                    if Errno.current == .wouldBlock { return }
                    throw SystemError("pass bytes on", code: .current)
                }
                delivered += count
            }
            guard !tlsEnded else { return }
            switch try tls.receive() {
            case .bytes(let bytes):
                incoming = bytes
                delivered = 0
            case .again, .sent: return
            case .ended:
                tlsEnded = true
                shutdown(plain.raw, Int32(SHUT_WR))
            }
        }
    }

    /// Nil when there is nothing yet, empty at the end.
    private func receive() throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            return try plain.read(upTo: Self.capacity)
        } catch {
            // Whoever asked is gone.
            if error.code == .connectionReset { return [] }
            throw error
        }
    }

    private mutating func wait() throws {
        var plainEvents: Int32 = 0
        if sent == outgoing.count, !plainEnded { plainEvents |= POLLIN }
        if delivered < incoming.count { plainEvents |= POLLOUT }
        var tlsEvents: Int32 = 0
        if delivered == incoming.count, !tlsEnded { tlsEvents |= POLLIN }
        if sent < outgoing.count { tlsEvents |= POLLOUT }
        if tls.wantsToWrite, sent < outgoing.count { tlsEvents |= POLLOUT }
        var items = [
            // One that is gone tells so for ever.
            pollfd(fd: plainGone && plainEnded ? -1 : plain.raw, events: Int16(plainEvents), revents: 0),
            pollfd(fd: tls.socket.raw, events: Int16(tlsEvents), revents: 0),
        ]
        guard unsafe poll(&items, 2, -1) >= 0 || Errno.current == .interrupted else {
            throw SystemError("wait", code: .current)
        }
        if items[0].revents & Int16(POLLHUP | POLLERR) != 0 { plainGone = true }
    }
}
