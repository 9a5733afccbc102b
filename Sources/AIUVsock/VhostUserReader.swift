internal import AIUSystem
internal import CLinux
internal import Glibc

/// Puts messages together from whatever pieces the socket delivers.
struct VhostUserReader: ~Copyable {
    /// What one call of `next` found.
    enum Found: ~Copyable {
        case message(VhostUserMessage)
        case nothingYet
        case end
    }

    private var header: [UInt8] = []
    private var payload: [UInt8] = []
    private var descriptors = ReceivedDescriptors()

    mutating func next(from socket: Int32) throws(VhostUserError) -> Found {
        while true {
            let missing: Int
            if header.count < VhostUserMessage.headerBytes {
                missing = VhostUserMessage.headerBytes - header.count
            } else {
                missing = try payloadSize() - payload.count
                if missing == 0 { return .message(try take()) }
            }
            // Never more than this message: descriptors come with the bytes that they were sent with.
            guard let bytes = try receive(missing, from: socket) else { return .nothingYet }
            if bytes.isEmpty {
                if header.isEmpty { return .end }
                throw .cutShort
            }
            if header.count < VhostUserMessage.headerBytes { header += bytes } else { payload += bytes }
        }
    }

    private func payloadSize() throws(VhostUserError) -> Int {
        guard let flags: UInt32 = header.integer(at: 4), let size: UInt32 = header.integer(at: 8) else {
            throw .cutShort
        }
        guard flags & VhostUserMessage.versionMask == VhostUserMessage.version else { throw .version(flags: flags) }
        guard size <= UInt32(Limits.messageBytes) else { throw .tooLong(size) }
        return Int(size)
    }

    private mutating func take() throws(VhostUserError) -> VhostUserMessage {
        guard let request: UInt32 = header.integer(at: 0), let flags: UInt32 = header.integer(at: 4) else {
            throw .cutShort
        }
        let taken = ReceivedDescriptors(takingFrom: &descriptors)
        let message = VhostUserMessage(request: request, flags: flags, payload: payload, descriptors: taken)
        header = []
        payload = []
        return message
    }

    private mutating func receive(_ count: Int, from socket: Int32) throws(VhostUserError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var numbers = [Int32](repeating: -1, count: Limits.messageDescriptors)
        var descriptorCount = 0
        let received = unsafe aiu_receive_with_fds(socket, &bytes, count, &numbers, numbers.count, &descriptorCount)
        for number in numbers.prefix(descriptorCount) { descriptors.append(number) }
        if received == -Int(EAGAIN) { return nil }
        // A peer that dies leaves this instead of an orderly end.
        if received == -Int(ECONNRESET) { return [] }
        do throws(SystemError) {
            return Array(bytes.prefix(try SystemError.check(received, "receive from QEMU")))
        } catch {
            throw .system(error)
        }
    }
}
