package import AIUSystem

/// Why a message of QEMU's was not obeyed.
package enum VhostUserError: Error, Equatable, Sendable, CustomStringConvertible {
    case version(flags: UInt32)
    case tooLong(UInt32)
    case cutShort
    case unknown(UInt32)
    case size(request: VhostUserRequest, has: Int)
    case noDescriptor(VhostUserRequest)
    case features(UInt64)
    case queue(UInt32)
    case queueSize(UInt32)
    case queueAddresses
    case memory(MemoryFault)
    case system(SystemError)

    /// After these nothing on the connection can be trusted any more.
    var isFatal: Bool {
        switch self {
        case .version, .tooLong, .cutShort, .system: true
        case .unknown, .size, .noDescriptor, .features, .queue, .queueSize, .queueAddresses, .memory: false
        }
    }

    package var description: String {
        switch self {
        case .version(let flags):
            "a vhost-user message has flags 0x\(String(flags, radix: 16)); version 1 is spoken here"
        case .tooLong(let size): "a vhost-user message of \(size) bytes; \(Limits.messageBytes) is the limit"
        case .cutShort: "QEMU left in the middle of a message"
        case .unknown(let number): "vhost-user request \(number) is not supported"
        case .size(let request, let has): "vhost-user request \(request) with \(has) bytes"
        case .noDescriptor(let request): "vhost-user request \(request) without a file descriptor"
        case .features(let bits): "features 0x\(String(bits, radix: 16)) were not offered"
        case .queue(let index): "there is no queue \(index)"
        case .queueSize(let size): "a queue cannot have \(size) entries"
        case .queueAddresses: "a ring is not in the guest's memory, or not aligned"
        case .memory(let fault): fault.description
        case .system(let error): error.description
        }
    }
}
