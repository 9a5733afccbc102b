internal import AIUSystem

/// What the guest receives.
extension VsockDevice {
    /// Fills the guest's receive buffers; true when some work may be left although there are buffers.
    func processReceive() throws(RingFault) -> Bool {
        let queue = receiveQueue
        var budget = Limits.packetsPerTurn
        let wasFull = replies.count >= Limits.replies
        queue.suppressKicks()
        while !(replies.isEmpty && pending.isEmpty) {
            guard budget > 0 else { return true }
            guard try queue.waiting() > 0 else {
                // Only a guest that has run out of buffers is asked to tell us about new ones.
                if try queue.resumeKicks() { continue }
                break
            }
            if let (key, type) = replies.popFirst() {
                try sendReset(key, type)
                budget -= 1
            } else if let connection = pending.popFirst() {
                connection.isQueued = false
                budget -= try serve(connection)
                enqueue(connection)
            }
        }
        // The guest's packets had to wait for this.
        return wasFull && replies.count < Limits.replies
    }

    private func sendReset(_ key: ConnectionKey, _ type: UInt16) throws(RingFault) {
        var header = blankHeader(key, .reset)
        header.type = type
        try send(header)
        statistics.resets &+= 1
    }

    /// Gives one connection its turn; how many packets that was, at least 1.
    private func serve(_ connection: Connection) throws(RingFault) -> Int {
        if connection.state == .resetting {
            try sendReset(connection.key, PacketHeader.stream)
            forget(connection)
        } else if connection.owed.contains(.request) {
            connection.owed.remove(.request)
            try send(.request, connection)
        } else if connection.owed.contains(.response) {
            connection.owed.remove(.response)
            try send(.response, connection)
        } else if connection.wantsRead, connection.credit.free > 0 {
            return max(1, try sendData(connection))
        } else if connection.shutdownSent != connection.shutdownWanted {
            connection.shutdownSent = connection.shutdownWanted
            try send(.shutdown, connection, flags: connection.shutdownSent)
            if connection.shutdownSent == .both {
                setTimer(connection, Limits.shutdownGrace) { [unowned self] in reset($0) }
            }
        } else if connection.owed.contains(.creditUpdate) {
            try send(.creditUpdate, connection)
        } else if connection.owed.contains(.creditRequest) {
            connection.owed.remove(.creditRequest)
            try send(.creditRequest, connection)
        }
        return 1
    }

    /// Reads from the host's program straight into the guest's buffers; how many of them were used.
    private func sendData(_ connection: Connection) throws(RingFault) -> Int {
        try offerBuffers(connection)
        guard payloadSegments.byteCount > 0 else {
            // A buffer for a header only is used up with a harmless packet, or it would block the ring.
            if !batch.isEmpty { try send(.creditUpdate, connection) }
            return 1
        }
        let offered = payloadSegments.byteCount
        let received: Int
        do throws(SystemError) {
            guard let count = try payloadSegments.receive(from: connection.descriptor) else {
                connection.isReadable = false
                return 1
            }
            received = count
        } catch {
            connection.hungUp = true
            received = 0
        }
        guard received > 0 else {
            hostEnded(connection)
            return 1
        }
        connection.batch = received == offered ? min(connection.batch * 2, Limits.buffersPerRead) : 1
        return complete(connection, received)
    }

    /// Collects the payload parts of the next receive buffers, as far as credit reaches.
    private func offerBuffers(_ connection: Connection) throws(RingFault) {
        receiveSegments.removeAll()
        payloadSegments.removeAll()
        batch.removeAll(keepingCapacity: true)
        var room = min(Int(connection.credit.free), Limits.packetBytes)
        while batch.count < connection.batch, room > 0 {
            guard let chain = try receiveQueue.peek(ahead: UInt16(batch.count), into: receiveSegments) else { return }
            guard chain.byteCount >= PacketHeader.byteCount else { throw .chainTooShort(chain.byteCount) }
            let before = payloadSegments.byteCount
            let capacity = min(chain.byteCount - PacketHeader.byteCount, room)
            guard
                payloadSegments.append(
                    from: receiveSegments, segments: chain.segments, dropping: PacketHeader.byteCount, limit: capacity)
            else {
                payloadSegments.keepFirst(before)
                return
            }
            batch.append(chain)
            room -= capacity
        }
    }

    private func complete(_ connection: Connection, _ received: Int) -> Int {
        var left = received
        var used = 0
        for chain in batch where left > 0 {
            let length = min(left, chain.byteCount - PacketHeader.byteCount)
            var header = header(.data, connection)
            header.length = UInt32(length)
            unsafe header.write(to: headerBytes)
            unsafe receiveSegments.write(headerBytes, PacketHeader.byteCount, atSegment: chain.segments.lowerBound)
            receiveQueue.complete(chain, written: PacketHeader.byteCount + length)
            left -= length
            used += 1
        }
        connection.credit.send(received)
        statistics.bytesToGuest &+= UInt64(received)
        statistics.packetsToGuest &+= UInt64(used)
        return used
    }

    // MARK: Packets

    private func send(
        _ operation: PacketHeader.Operation, _ connection: Connection, flags: ShutdownFlags = []
    ) throws(RingFault) {
        var header = header(operation, connection)
        header.flags = flags.rawValue
        try send(header)
    }

    /// A header that tells the guest its credit, so that no update is owed any more.
    private func header(_ operation: PacketHeader.Operation, _ connection: Connection) -> PacketHeader {
        var header = blankHeader(connection.key, operation)
        header.bufferAllocation = connection.credit.window
        header.forwardCount = connection.credit.forwarded
        connection.credit.announce()
        connection.owed.remove(.creditUpdate)
        return header
    }

    private func blankHeader(_ key: ConnectionKey, _ operation: PacketHeader.Operation) -> PacketHeader {
        var header = PacketHeader()
        header.sourceCID = PacketHeader.hostCID
        header.destinationCID = cid
        header.sourcePort = key.hostPort
        header.destinationPort = key.guestPort
        header.operation = operation.rawValue
        return header
    }

    /// The caller has seen a chain waiting.
    private func send(_ header: PacketHeader) throws(RingFault) {
        receiveSegments.removeAll()
        guard let chain = try receiveQueue.peek(into: receiveSegments) else { return }
        guard chain.byteCount >= PacketHeader.byteCount else { throw .chainTooShort(chain.byteCount) }
        unsafe header.write(to: headerBytes)
        unsafe receiveSegments.write(headerBytes, PacketHeader.byteCount, atSegment: 0)
        receiveQueue.complete(chain, written: PacketHeader.byteCount)
        statistics.packetsToGuest &+= 1
    }
}
