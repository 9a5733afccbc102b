internal import AIUSystem

/// What each request does.
extension VhostUserSession {
    /// The payload of the reply, nil for requests that have none.
    func perform(
        _ request: VhostUserRequest, _ message: inout VhostUserMessage
    ) throws(VhostUserError) -> [UInt8]? {
        switch request {
        case .getFeatures: return Self.number(VhostUserFeature.offered)
        case .getProtocolFeatures: return Self.number(VhostUserFeature.offeredProtocol)
        case .getQueueCount: return Self.number(UInt64(Limits.queues))
        case .getMemorySlots: return Self.number(UInt64(Limits.memoryRegions))
        case .getStatus: return Self.number(status)
        case .getConfiguration: return try configuration(message)
        case .getQueueBase: return try stopQueue(message)
        case .setOwner:
            // A device that is plugged in again over the same connection starts anew and says so in no other way.
            reset()
            device.memory.removeAll()
        case .setFeatures: try setFeatures(number(request, message))
        case .setProtocolFeatures:
            let bits = try number(request, message)
            guard bits & ~VhostUserFeature.offeredProtocol == 0 else { throw .features(bits) }
            protocolFeatures = bits
        case .setStatus:
            status = try number(request, message) & 0xFF
            if status == 0 { reset() }
        case .resetOwner, .resetDevice: reset()
        case .setConfiguration: throw .unknown(request.rawValue)
        case .setMemoryTable: try setMemoryTable(&message)
        case .addMemory: try addMemory(&message)
        case .removeMemory: try removeMemory(message)
        case .setQueueSize:
            let (queue, value) = try queueState(request, message)
            guard queue.setSize(value) else { throw .queueSize(value) }
        case .setQueueBase: try setBase(message)
        case .setQueueAddresses: try setAddresses(message)
        case .enableQueue:
            let (queue, value) = try queueState(request, message)
            queue.enabled = value == 1
        case .setQueueKick: try setKick(&message)
        case .setQueueCall:
            let queue = try queue(request, message)
            queue.setCall(try eventDescriptor(request, &message))
        case .setQueueFailure:
            let queue = try queue(request, message)
            queue.setFailure(try eventDescriptor(request, &message))
        }
        return nil
    }

    // MARK: Features and configuration

    private func number(
        _ request: VhostUserRequest, _ message: borrowing VhostUserMessage
    ) throws(VhostUserError) -> UInt64 {
        guard message.payload.count == 8, let value = message.u64(at: 0) else {
            // The status is one byte in some front ends.
            if request == .setStatus, let byte = message.payload.first { return UInt64(byte) }
            throw .size(request: request, has: message.payload.count)
        }
        return value
    }

    private func setFeatures(_ bits: UInt64) throws(VhostUserError) {
        guard bits & ~VhostUserFeature.offered == 0 else { throw .features(bits) }
        features = bits
        for queue in queues {
            queue.usesEventIndex = bits & VhostUserFeature.eventIndex != 0
            queue.allowsIndirect = bits & VhostUserFeature.indirectDescriptors != 0
        }
    }

    private func configuration(_ message: borrowing VhostUserMessage) throws(VhostUserError) -> [UInt8] {
        guard let offset = message.u32(at: 0), let size = message.u32(at: 4), let flags = message.u32(at: 8) else {
            throw .size(request: .getConfiguration, has: message.payload.count)
        }
        let space = Self.number(device.cid)
        var reply: [UInt8] = []
        reply.append(littleEndian: offset)
        guard offset <= 8, size <= 8 - offset else {
            // An empty configuration says that there is no such part.
            reply.append(littleEndian: UInt32(0))
            reply.append(littleEndian: flags)
            return reply
        }
        reply.append(littleEndian: size)
        reply.append(littleEndian: flags)
        return reply + space[Int(offset)..<Int(offset + size)]
    }

    // MARK: Memory

    private func region(
        _ message: borrowing VhostUserMessage, at offset: Int, _ request: VhostUserRequest
    ) throws(VhostUserError) -> MemoryRegion {
        guard let guest = message.u64(at: offset), let size = message.u64(at: offset + 8),
            let user = message.u64(at: offset + 16), let file = message.u64(at: offset + 24)
        else { throw .size(request: request, has: message.payload.count) }
        return MemoryRegion(guestAddress: guest, byteCount: size, userAddress: user, fileOffset: file)
    }

    private func setMemoryTable(_ message: inout VhostUserMessage) throws(VhostUserError) {
        let count = Int(message.u32(at: 0) ?? 0)
        guard count <= Limits.tableRegions else { throw .memory(.tooMany(limit: Limits.tableRegions)) }
        guard message.payload.count == 8 + 32 * count else {
            throw .size(request: .setMemoryTable, has: message.payload.count)
        }
        guard message.descriptors.count >= count else { throw .noDescriptor(.setMemoryTable) }
        // Also when the new table is wrong: the old one is not QEMU's any more.
        device.memory.removeAll()
        defer { for queue in queues { queue.resolve() } }
        for index in 0..<count {
            let region = try region(message, at: 8 + 32 * index, .setMemoryTable)
            guard let file = message.descriptors.take() else { throw .noDescriptor(.setMemoryTable) }
            try add(region, file)
        }
    }

    private func addMemory(_ message: inout VhostUserMessage) throws(VhostUserError) {
        let region = try region(message, at: 8, .addMemory)
        guard let file = message.descriptors.take() else { throw .noDescriptor(.addMemory) }
        defer { for queue in queues { queue.resolve() } }
        try add(region, file)
    }

    private func add(_ region: MemoryRegion, _ file: consuming FileDescriptor) throws(VhostUserError) {
        do throws(MemoryFault) { try device.memory.add(region, file: file) } catch { throw .memory(error) }
    }

    private func removeMemory(_ message: borrowing VhostUserMessage) throws(VhostUserError) {
        let region = try region(message, at: 8, .removeMemory)
        defer { for queue in queues { queue.resolve() } }
        do throws(MemoryFault) { try device.memory.remove(region) } catch { throw .memory(error) }
    }

    // MARK: Queues

    private func queue(
        _ request: VhostUserRequest, _ message: borrowing VhostUserMessage
    ) throws(VhostUserError) -> Virtqueue {
        guard let index = message.u32(at: 0) else { throw .size(request: request, has: message.payload.count) }
        // Descriptors' messages carry flags above the low byte.
        let usesByte = request == .setQueueKick || request == .setQueueCall || request == .setQueueFailure
        let number = usesByte ? index & 0xFF : index
        guard number < UInt32(queues.count) else { throw .queue(number) }
        return queues[Int(number)]
    }

    private func queueState(
        _ request: VhostUserRequest, _ message: borrowing VhostUserMessage
    ) throws(VhostUserError) -> (Virtqueue, UInt32) {
        guard message.payload.count == 8, let value = message.u32(at: 4) else {
            throw .size(request: request, has: message.payload.count)
        }
        return (try queue(request, message), value)
    }

    private func setAddresses(_ message: borrowing VhostUserMessage) throws(VhostUserError) {
        guard message.payload.count == 40, let descriptors = message.u64(at: 8), let used = message.u64(at: 16),
            let available = message.u64(at: 24)
        else { throw .size(request: .setQueueAddresses, has: message.payload.count) }
        let queue = try queue(.setQueueAddresses, message)
        guard queue.setAddresses(.init(descriptors: descriptors, used: used, available: available)) else {
            throw .queueAddresses
        }
    }

    private func setBase(_ message: borrowing VhostUserMessage) throws(VhostUserError) {
        let (queue, value) = try queueState(.setQueueBase, message)
        let base = UInt16(truncatingIfNeeded: value)
        if let index = queues.prefix(stoppedAt.count).firstIndex(where: { $0 === queue }),
            let before = stoppedAt[index], before != base
        {
            // A VM that was paused goes on where it stopped; any other place means that the guest has restarted.
            device.dropAll()
        }
        queue.setBase(base)
    }

    private func stopQueue(_ message: borrowing VhostUserMessage) throws(VhostUserError) -> [UInt8] {
        let (queue, _) = try queueState(.getQueueBase, message)
        unwatchKick(queue)
        let base = queue.stop()
        let number = message.u32(at: 0) ?? 0
        if Int(number) < stoppedAt.count { stoppedAt[Int(number)] = base }
        var reply: [UInt8] = []
        reply.append(littleEndian: number)
        reply.append(littleEndian: UInt32(base))
        return reply
    }

    private func setKick(_ message: inout VhostUserMessage) throws(VhostUserError) {
        let queue = try queue(.setQueueKick, message)
        let descriptor = try eventDescriptor(.setQueueKick, &message)
        unwatchKick(queue)
        queue.setKick(descriptor)
        if let number = queue.kickDescriptor {
            do throws(SystemError) {
                // Each kick is one edge, so the counter need not be read. The work is done after the turn.
                try loop.watch(number, .edges) { _ in }
            } catch {
                throw .system(error)
            }
        }
        queue.start()
        // Without the feature by which QEMU enables rings one by one, a started ring runs.
        if features & VhostUserFeature.protocolFeatures == 0 { queue.enabled = true }
    }

    private func unwatchKick(_ queue: Virtqueue) {
        if let old = queue.kickDescriptor { loop.unwatch(old) }
        queue.setKick(nil)
    }

    /// The event descriptor of a message, nil when it says that there is none.
    private func eventDescriptor(
        _ request: VhostUserRequest, _ message: inout VhostUserMessage
    ) throws(VhostUserError) -> FileDescriptor? {
        guard message.payload.count == 8, let value = message.u64(at: 0) else {
            throw .size(request: request, has: message.payload.count)
        }
        if value & 0x100 != 0 { return nil }
        guard let descriptor = message.descriptors.take() else { throw .noDescriptor(request) }
        return descriptor
    }

    private func reset() {
        for queue in queues {
            unwatchKick(queue)
            _ = queue.stop()
        }
        stoppedAt = [nil, nil]
        device.dropAll()
    }
}
