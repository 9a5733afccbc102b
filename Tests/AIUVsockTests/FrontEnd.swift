import AIUSystem
import AIUVsock
import CLinux
import Glibc

/// QEMU's side of the vhost-user conversation.
final class FrontEnd {
    struct Reply: Equatable {
        let request: UInt32
        let payload: [UInt8]
        var number: UInt64 { payload.enumerated().reduce(0) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) } }
    }

    let socket: FileDescriptor
    let turn: () throws -> Void

    init(path: String, turn: @escaping () throws -> Void) throws {
        socket = try UnixSocket.connect(path)
        self.turn = turn
        try turn()
    }

    static func bytes(_ values: [any FixedWidthInteger]) -> [UInt8] {
        values.flatMap { value in
            (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: Int64(truncatingIfNeeded: value) >> (8 * $0)) }
        }
    }

    static func message(_ request: UInt32, flags: UInt32 = 1, _ payload: [UInt8]) -> [UInt8] {
        bytes([request, flags, UInt32(payload.count)]) + payload
    }

    func send(raw: [UInt8], descriptors: [Int32] = []) throws {
        try SystemError.check(
            unsafe aiu_send_with_fds(socket.raw, raw, raw.count, descriptors, descriptors.count), "send")
        try turn()
    }

    func send(_ request: VhostUserRequest, _ payload: [any FixedWidthInteger], descriptors: [Int32] = []) throws {
        try send(raw: Self.message(request.rawValue, Self.bytes(payload)), descriptors: descriptors)
    }

    /// Sends with the flag that asks for an answer; 0 is success.
    func acknowledged(
        _ request: UInt32, _ payload: [UInt8], descriptors: [Int32] = []
    ) throws -> UInt64? {
        try send(raw: Self.message(request, flags: 1 | 8, payload), descriptors: descriptors)
        return try receive()?.number
    }

    func acknowledged(
        _ request: VhostUserRequest, _ payload: [any FixedWidthInteger], descriptors: [Int32] = []
    ) throws -> UInt64? {
        try acknowledged(request.rawValue, Self.bytes(payload), descriptors: descriptors)
    }

    func ask(_ request: VhostUserRequest, _ payload: [any FixedWidthInteger] = []) throws -> Reply? {
        try send(request, payload)
        return try receive()
    }

    /// The reply that has arrived, nil when there is none.
    func receive() throws -> Reply? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = unsafe recv(socket.raw, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count >= 12 else { return nil }
        let request = buffer[0..<4].enumerated().reduce(UInt32(0)) {
            $0 | UInt32($1.element) << (8 * UInt32($1.offset))
        }
        return Reply(request: request, payload: Array(buffer[12..<count]))
    }

    /// The back end has closed the connection.
    func isClosed() -> Bool {
        var byte: UInt8 = 0
        return unsafe recv(socket.raw, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }

    static func region(_ memory: FakeMemory) -> [any FixedWidthInteger] {
        [FakeMemory.guestBase, UInt64(memory.size), FakeMemory.userBase, UInt64(0)]
    }

    func setMemory(_ memory: FakeMemory) throws {
        try send(.setMemoryTable, [UInt32(1), UInt32(0)] + Self.region(memory), descriptors: [memory.file.raw])
    }

    func negotiate(_ features: UInt64) throws {
        _ = try ask(.getFeatures)
        _ = try ask(.getProtocolFeatures)
        try send(.setProtocolFeatures, [VhostUserFeature.offeredProtocol])
        try send(.setOwner, [])
        try send(.setFeatures, [features])
    }

    func start(_ ring: FakeRing, index: UInt32, base: UInt32 = 0) throws {
        try send(.setQueueSize, [index, UInt32(ring.size)])
        try send(.setQueueBase, [index, base])
        try send(
            .setQueueAddresses,
            [
                index, UInt32(0), FakeMemory.userBase + UInt64(ring.descriptors),
                FakeMemory.userBase + UInt64(ring.used), FakeMemory.userBase + UInt64(ring.available), UInt64(0),
            ])
        try send(.setQueueKick, [UInt64(index)], descriptors: [ring.kick])
        try send(.setQueueCall, [UInt64(index)], descriptors: [ring.call])
        try send(.enableQueue, [index, UInt32(1)])
    }
}
