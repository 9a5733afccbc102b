package import AIUSystem
internal import Glibc

/// The conversation with QEMU about one device: who owns which memory, where the rings are, when they run.
package final class VhostUserSession {
    let device: VsockDevice
    let loop: EventLoop
    private let socket: FileDescriptor
    private var complaints = Complaints("vhost-user")
    private var reader = VhostUserReader()
    var features: UInt64 = 0
    var protocolFeatures: UInt64 = 0
    var status: UInt64 = 0
    /// The third queue, for events, stays in QEMU; other front ends set it up, and it is never used.
    let queues: [Virtqueue]
    /// Where the packet rings stood when they were stopped.
    var stoppedAt: [UInt16?] = [nil, nil]

    package init(socket: consuming FileDescriptor, device: VsockDevice, loop: EventLoop) {
        self.socket = consume socket
        self.device = device
        self.loop = loop
        queues = [device.receiveQueue, device.transmitQueue, Virtqueue(.toGuest, memory: device.memory)]
    }

    deinit {
        for queue in queues {
            if let kick = queue.kickDescriptor { loop.unwatch(kick) }
            _ = queue.stop()
        }
    }

    package var descriptor: Int32 { socket.raw }

    /// Answers everything that has arrived; false when QEMU has gone.
    package func receive() throws(VhostUserError) -> Bool {
        while true {
            switch try reader.next(from: socket.raw) {
            case .nothingYet: return true
            case .end: return false
            case .message(var message): try answer(&message)
            }
        }
    }

    private func answer(_ message: inout VhostUserMessage) throws(VhostUserError) {
        let wantsReply = message.wantsReply && protocolFeatures & VhostUserFeature.replyAcknowledge != 0
        do throws(VhostUserError) {
            guard let request = VhostUserRequest(rawValue: message.request) else { throw .unknown(message.request) }
            if let reply = try perform(request, &message) {
                try send(message.request, reply)
            } else if wantsReply {
                try send(message.request, Self.number(0))
            }
        } catch {
            complaints.complain("\(error)")
            guard !error.isFatal else { throw error }
            if wantsReply { try send(message.request, Self.number(1)) }
        }
    }

    static func number(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: value)
        return bytes
    }

    private func send(_ request: UInt32, _ payload: [UInt8]) throws(VhostUserError) {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: request)
        bytes.append(littleEndian: VhostUserMessage.version | VhostUserMessage.reply)
        bytes.append(littleEndian: UInt32(payload.count))
        bytes += payload
        let sent = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.send(socket.raw, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
        }
        // QEMU waits for each reply, so its socket has room unless something is very wrong.
        guard sent == bytes.count else { throw .system(SystemError("answer QEMU", code: .current)) }
    }
}
