internal import AIUSystem
internal import Glibc

/// What the guest sends.
extension VsockDevice {
    /// Serves the guest's packets; true when some may be left although nothing prevents serving them.
    func processTransmit() throws(RingFault) -> Bool {
        let queue = transmitQueue
        var budget = Limits.packetsPerTurn
        queue.suppressKicks()
        repeat {
            while true {
                // Every packet can cause one reset. Without room for it the guest's packets wait in its own memory
                // until it takes resets out.
                guard replies.count < Limits.replies else { return false }
                guard budget > 0 else { return true }
                transmitSegments.removeAll()
                guard let chain = try queue.peek(into: transmitSegments) else { break }
                budget -= 1
                statistics.packetsFromGuest &+= 1
                handlePacket()
                queue.complete(chain, written: 0)
                unsignalledBytes += chain.byteCount
            }
        } while try queue.resumeKicks()
        return false
    }

    private func handlePacket() {
        let segments = transmitSegments
        guard segments.byteCount >= PacketHeader.byteCount else {
            statistics.protocolErrors += 1
            return
        }
        unsafe segments.copyFirst(PacketHeader.byteCount, to: headerBytes)
        let header = unsafe PacketHeader(copiedTo: headerBytes)
        segments.dropFirst(PacketHeader.byteCount)
        guard header.sourceCID == cid, header.destinationCID == PacketHeader.hostCID else {
            statistics.protocolErrors += 1
            return
        }
        let key = ConnectionKey(guestPort: header.sourcePort, hostPort: header.destinationPort)
        guard let operation = PacketHeader.Operation(rawValue: header.operation), header.type == PacketHeader.stream
        else {
            statistics.protocolErrors += 1
            if header.operation != PacketHeader.Operation.reset.rawValue { refuse(key, header.type) }
            return
        }
        if let connection = connections[key] {
            handle(operation, header, for: connection)
        } else {
            switch operation {
            case .request: accept(key, header)
            case .reset: break
            case .response, .shutdown, .data, .creditUpdate, .creditRequest: refuse(key, header.type)
            }
        }
    }

    private func refuse(_ key: ConnectionKey, _ type: UInt16) { replies.append((key, type)) }

    private func accept(_ key: ConnectionKey, _ header: PacketHeader) {
        guard connectionCount < Limits.connections else {
            statistics.connectionsRefused += 1
            refuse(key, header.type)
            return
        }
        do throws(SystemError) {
            let socket = try connect(key.hostPort)
            guard let connection = add(key, socket, state: .established, owed: .response) else {
                refuse(key, header.type)
                return
            }
            // Bytes may have come before the socket was watched.
            connection.isReadable = true
            connection.credit.learn(peerWindow: header.bufferAllocation, peerForwarded: header.forwardCount)
            enqueue(connection)
        } catch {
            statistics.connectionsRefused += 1
            log.debug("refused the guest's connection to port \(key.hostPort): \(error)")
            refuse(key, header.type)
        }
    }

    private func handle(_ operation: PacketHeader.Operation, _ header: PacketHeader, for connection: Connection) {
        if operation == .reset {
            if connection.state == .connecting { statistics.connectionsRefused += 1 }
            forget(connection)
            return
        }
        // What crossed our own reset on the way.
        guard connection.state != .resetting else { return }
        connection.credit.learn(peerWindow: header.bufferAllocation, peerForwarded: header.forwardCount)
        switch (operation, connection.state) {
        case (.response, .connecting): established(connection)
        case (.data, .established) where isAcceptable(header, connection):
            transmitSegments.keepFirst(Int(header.length))
            forward(connection, transmitSegments)
        case (.shutdown, .established), (.shutdown, .connecting):
            guestShutdown(connection, ShutdownFlags(rawValue: header.flags).intersection(.both))
        case (.creditUpdate, _): break
        case (.creditRequest, .established): connection.owed.insert(.creditUpdate)
        case _:
            statistics.protocolErrors += 1
            reset(connection)
        }
        enqueue(connection)
    }

    private func isAcceptable(_ header: PacketHeader, _ connection: Connection) -> Bool {
        Int(header.length) <= transmitSegments.byteCount && !connection.guestShutdown.contains(.send)
    }

    private func established(_ connection: Connection) {
        cancelTimer(connection)
        let line = Array("OK \(connection.key.hostPort)\n".utf8)
        let sent = unsafe line.withUnsafeBytes {
            unsafe send(connection.descriptor, $0.baseAddress, $0.count, Self.now)
        }
        guard sent == line.count else {
            // A fresh socket has room for a line; a program that has gone takes nothing.
            connection.owed = []
            reset(connection)
            return
        }
        connection.state = .established
        connection.isReadable = true
    }

    private static var now: Int32 { Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT) }

    private func guestShutdown(_ connection: Connection, _ flags: ShutdownFlags) {
        let isNew = connection.guestShutdown.union(flags) != connection.guestShutdown
        connection.guestShutdown.formUnion(flags)
        if connection.guestShutdown == .both || connection.state == .connecting {
            reset(connection)
            return
        }
        guard isNew, connection.socket != nil else { return }
        if flags.contains(.receive) {
            // Fails only when the other side is gone, which the loop reports anyway.
            _ = shutdown(connection.descriptor, Int32(SHUT_RD))
        }
        if flags.contains(.send), !connection.hasUnsent { endSending(connection) }
    }
}
