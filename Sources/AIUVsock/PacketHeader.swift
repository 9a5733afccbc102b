/// The 44 bytes that start every packet between guest and host.
package struct PacketHeader: Equatable, Sendable {
    /// What a packet asks for.
    package enum Operation: UInt16, Sendable, CaseIterable {
        case request = 1
        case response, reset, shutdown, data, creditUpdate, creditRequest
    }

    package static let byteCount = 44
    package static let hostCID: UInt64 = 2
    package static let stream: UInt16 = 1

    package var sourceCID: UInt64 = 0
    package var destinationCID: UInt64 = 0
    package var sourcePort: UInt32 = 0
    package var destinationPort: UInt32 = 0
    package var length: UInt32 = 0
    package var type: UInt16 = stream
    package var operation: UInt16 = 0
    package var flags: UInt32 = 0
    package var bufferAllocation: UInt32 = 0
    package var forwardCount: UInt32 = 0

    package init() {}

    /// Not inlined, so that each field is read once from the copy and never again from the guest's memory.
    @inline(never)
    package init(copiedTo bytes: UnsafeRawPointer) {
        sourceCID = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        destinationCID = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        sourcePort = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        destinationPort = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self))
        length = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self))
        type = unsafe UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 28, as: UInt16.self))
        operation = unsafe UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 30, as: UInt16.self))
        flags = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 32, as: UInt32.self))
        bufferAllocation = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 36, as: UInt32.self))
        forwardCount = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 40, as: UInt32.self))
    }

    package func write(to bytes: UnsafeMutableRawPointer) {
        unsafe bytes.storeBytes(of: sourceCID.littleEndian, as: UInt64.self)
        unsafe bytes.storeBytes(of: destinationCID.littleEndian, toByteOffset: 8, as: UInt64.self)
        unsafe bytes.storeBytes(of: sourcePort.littleEndian, toByteOffset: 16, as: UInt32.self)
        unsafe bytes.storeBytes(of: destinationPort.littleEndian, toByteOffset: 20, as: UInt32.self)
        unsafe bytes.storeBytes(of: length.littleEndian, toByteOffset: 24, as: UInt32.self)
        unsafe bytes.storeBytes(of: type.littleEndian, toByteOffset: 28, as: UInt16.self)
        unsafe bytes.storeBytes(of: operation.littleEndian, toByteOffset: 30, as: UInt16.self)
        unsafe bytes.storeBytes(of: flags.littleEndian, toByteOffset: 32, as: UInt32.self)
        unsafe bytes.storeBytes(of: bufferAllocation.littleEndian, toByteOffset: 36, as: UInt32.self)
        unsafe bytes.storeBytes(of: forwardCount.littleEndian, toByteOffset: 40, as: UInt32.self)
    }
}

/// Which directions a shutdown ends, as its sender sees them.
package struct ShutdownFlags: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let receive = ShutdownFlags(rawValue: 1)
    package static let send = ShutdownFlags(rawValue: 2)
    package static let both: ShutdownFlags = [.receive, .send]
}
