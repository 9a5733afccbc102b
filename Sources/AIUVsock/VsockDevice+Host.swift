internal import AIUSystem
internal import Glibc

/// What happens on the sockets of host programs.
extension VsockDevice {
    func hostReady(_ connection: Connection, _ ready: EventLoop.Ready) {
        if ready.read { connection.isReadable = true }
        if ready.closed { connection.hungUp = true }
        if ready.write, connection.hasUnsent { flush(connection) }
        if connection.hungUp {
            switch connection.state {
            case .connecting: reset(connection)
            case .established: if connection.hostFinished { wantShutdown(connection, .both) }
            case .draining: close(connection)
            case .resetting, .closed: break
            }
        }
        enqueue(connection)
    }

    /// Sends bytes of the guest's to the host's program; what it does not take now is kept, within the window.
    func forward(_ connection: Connection, _ payload: SegmentList) {
        let count = payload.byteCount
        guard connection.credit.receive(count) else {
            statistics.protocolErrors += 1
            reset(connection)
            return
        }
        statistics.bytesFromGuest &+= UInt64(count)
        if connection.hostRefuses || connection.socket == nil {
            connection.credit.forward(count)
        } else {
            deliver(connection, payload)
        }
        oweCredit(connection)
    }

    private func deliver(_ connection: Connection, _ payload: SegmentList) {
        if !connection.hasUnsent {
            do throws(SystemError) {
                let sent = try payload.send(to: connection.descriptor)
                connection.credit.forward(sent)
                payload.dropFirst(sent)
            } catch {
                connection.credit.forward(payload.byteCount)
                hostRefused(connection)
                return
            }
        }
        guard payload.byteCount > 0 else { return }
        let ring = connection.unsent ?? takeRing(Int(connection.credit.window))
        if connection.unsent == nil {
            connection.unsent = ring
            rewatch(connection, .edgesAndRoom)
        }
        // It fits, because the window was checked and the ring is as large.
        if ring.append(payload) { statistics.bytesHeld += payload.byteCount }
    }

    private func flush(_ connection: Connection) {
        guard let ring = connection.unsent else { return }
        do throws(SystemError) {
            var sent = 0
            repeat {
                sent = try ring.send(to: connection.descriptor)
                connection.credit.forward(sent)
                statistics.bytesHeld -= sent
            } while sent > 0 && ring.count > 0
        } catch {
            hostRefused(connection)
            return
        }
        guard ring.count == 0 else {
            oweCredit(connection)
            return
        }
        connection.unsent = nil
        giveBack(ring)
        switch connection.state {
        case .draining: close(connection)
        case .resetting: releaseSocket(connection)
        case .connecting, .established, .closed:
            rewatch(connection, .edges)
            if connection.guestShutdown.contains(.send) { endSending(connection) }
            oweCredit(connection)
        }
    }

    /// Takes what a guest that has closed will not read: left where it is, it would turn the host program's end of
    /// stream into an error.
    func discardUnread(_ connection: Connection) {
        unsafe withUnsafeTemporaryAllocation(byteCount: Limits.discardChunk, alignment: 16) { buffer in
            for _ in 0..<Limits.discardChunks {
                let count = unsafe recv(connection.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                if count <= 0 { return }
            }
        }
    }

    private func rewatch(_ connection: Connection, _ interest: EventLoop.Interest) {
        do throws(SystemError) {
            try loop.rewatch(connection.descriptor, interest)
        } catch {
            log.warning("cannot watch a connection: \(error)")
            reset(connection)
        }
    }

    private func oweCredit(_ connection: Connection) {
        guard connection.state == .established, connection.credit.owesUpdate else { return }
        connection.owed.insert(.creditUpdate)
        enqueue(connection)
    }

    /// The guest sends no more: the host's program sees the end of the stream.
    func endSending(_ connection: Connection) {
        guard connection.socket != nil else { return }
        // Fails only when the other side is gone, which the loop reports anyway.
        _ = shutdown(connection.descriptor, Int32(SHUT_WR))
        if connection.hostFinished { wantShutdown(connection, .both) }
    }

    /// The host's program takes no more bytes.
    private func hostRefused(_ connection: Connection) {
        connection.hostRefuses = true
        discardUnsent(connection)
        switch connection.state {
        case .draining: close(connection)
        case .resetting: releaseSocket(connection)
        case .established: wantShutdown(connection, connection.hostFinished ? .both : .receive)
        case .connecting, .closed: break
        }
        oweCredit(connection)
    }

    /// Everything that the host's program sent was read.
    func hostEnded(_ connection: Connection) {
        connection.hostFinished = true
        let isOver =
            connection.hungUp || connection.hostRefuses
            || (connection.guestShutdown.contains(.send) && !connection.hasUnsent)
        wantShutdown(connection, isOver ? .both : .send)
    }

    private func wantShutdown(_ connection: Connection, _ flags: ShutdownFlags) {
        guard connection.state == .established else { return }
        connection.shutdownWanted.formUnion(flags)
        if connection.shutdownWanted == .both {
            discardUnsent(connection)
            releaseSocket(connection)
        }
        enqueue(connection)
    }
}
