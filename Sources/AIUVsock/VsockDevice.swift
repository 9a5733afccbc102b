package import AIUSystem
internal import CLinux

/// The vsock device of one guest: moves packets between its rings and the sockets of host programs.
///
/// Everything happens on one thread. Event handlers only note what became possible; `pump` does the work.
@safe package final class VsockDevice {
    /// Opens a connection to the host program that serves a port, without waiting.
    package typealias Connect = (UInt32) throws(SystemError) -> FileDescriptor

    package let memory = GuestMemory()
    package let receiveQueue: Virtqueue
    package let transmitQueue: Virtqueue
    let cid: UInt64
    let loop: EventLoop
    let connect: Connect
    let log = Log("vsock")
    private var complaints = Complaints("vsock")

    var connections: [ConnectionKey: Connection] = [:]
    var draining: [ObjectIdentifier: Connection] = [:]
    /// Connections that have something for the guest, each once, served in turn.
    var pending = FIFO<Connection>()
    /// Resets owed for connections that do not exist, with the packet type to answer in.
    var replies = FIFO<(key: ConnectionKey, type: UInt16)>()
    var windows = WindowPool()
    package var statistics = Statistics()

    let transmitSegments = SegmentList()
    let receiveSegments = SegmentList()
    let payloadSegments = SegmentList()
    let headerBytes = UnsafeMutableRawPointer.allocate(byteCount: PacketHeader.byteCount, alignment: 8)
    var batch: [Virtqueue.Chain] = []
    private var nextHostPort: UInt32
    private var spareRing: ByteRing?
    /// Runs while the guest has not been told of all packets that were taken.
    private var transmitTimer: TimerID?
    /// How much memory those packets keep from the guest.
    var unsignalledBytes = 0

    /// Host ports start where no service has one, and are not used again soon.
    package static let firstHostPort: UInt32 = 1 << 30

    package init(
        cid: UInt64, loop: EventLoop, firstHostPort: UInt32 = firstHostPort, connect: @escaping Connect
    ) {
        self.cid = cid
        self.loop = loop
        self.connect = connect
        nextHostPort = firstHostPort
        receiveQueue = Virtqueue(.toGuest, memory: memory)
        transmitQueue = Virtqueue(.fromGuest, memory: memory)
        batch.reserveCapacity(Limits.buffersPerRead)
    }

    deinit { unsafe headerBytes.deallocate() }

    package var connectionCount: Int { connections.count + draining.count }

    /// Asks the guest for a connection to one of its ports; the socket is closed when it is refused.
    package func open(port: UInt32, socket: consuming FileDescriptor) {
        guard receiveQueue.isRunning, transmitQueue.isRunning, connectionCount < Limits.connections else {
            statistics.connectionsRefused += 1
            return
        }
        var key = ConnectionKey(guestPort: port, hostPort: takeHostPort())
        // Ends: there are fewer connections than ports.
        while connections[key] != nil { key = ConnectionKey(guestPort: port, hostPort: takeHostPort()) }
        guard let connection = add(key, socket, state: .connecting, owed: .request) else { return }
        setTimer(connection, Limits.connectTime) { [unowned self] in
            statistics.connectionsRefused += 1
            reset($0)
        }
        enqueue(connection)
    }

    private func takeHostPort() -> UInt32 {
        defer { nextHostPort = nextHostPort == UInt32.max >> 1 ? Self.firstHostPort : nextHostPort + 1 }
        return nextHostPort
    }

    /// Moves what can be moved. True when it stopped only to let others have their turn.
    package func pump() -> Bool {
        var more = guarding(transmitQueue) { () throws(RingFault) in try processTransmit() }
        more = guarding(receiveQueue) { () throws(RingFault) in try processReceive() } || more
        let received = receiveQueue.notify()
        notifySent(withReceived: received)
        return more
    }

    /// Tells the guest which of its packets were taken. It only frees memory then, and every interrupt makes it stop
    /// what it does: so that goes with the next interrupt about received packets, when much has piled up, or soon.
    private func notifySent(withReceived received: Bool) {
        guard transmitQueue.unsignalled > 0 else { return }
        let isMuch =
            transmitQueue.unsignalled >= transmitQueue.size / 4 || unsignalledBytes >= Limits.unsignalledBytes
        if received || isMuch || !transmitQueue.isRunning {
            signalSent()
        } else if transmitTimer == nil {
            transmitTimer = loop.after(Limits.signalDelay) { [weak self] in
                self?.transmitTimer = nil
                self?.signalSent()
            }
        }
    }

    private func signalSent() {
        unsignalledBytes = 0
        transmitQueue.notify()
    }

    private func guarding(_ queue: Virtqueue, _ body: () throws(RingFault) -> Bool) -> Bool {
        guard queue.isRunning else { return false }
        do throws(RingFault) {
            return try body()
        } catch {
            statistics.protocolErrors += 1
            complaints.complain("the guest broke a ring, which now rests: \(error)")
            queue.fail(error)
            dropAll()
            return false
        }
    }

    /// Forgets all connections, because the guest has.
    package func dropAll() {
        for connection in Array(connections.values) { forget(connection) }
        replies.removeAll()
        pending.removeAll()
    }

    /// Ends everything at once, what host programs still had to be sent included.
    package func closeAll() {
        dropAll()
        for connection in Array(draining.values) { close(connection) }
    }

    // MARK: Connections

    func add(
        _ key: ConnectionKey, _ socket: consuming FileDescriptor, state: Connection.State, owed: Connection.Owed
    ) -> Connection? {
        let connection = Connection(key: key, socket: socket, state: state, owed: owed, window: windows.take())
        do {
            try loop.watch(connection.descriptor, .edges) { [unowned self] in hostReady(connection, $0) }
        } catch {
            complaints.complain("cannot serve a connection: \(error)")
            windows.give(back: connection.credit.window)
            return nil
        }
        connections[key] = connection
        statistics.connectionsTotal += 1
        return connection
    }

    /// Puts a connection in the line of those that have something for the guest.
    func enqueue(_ connection: Connection) {
        if connection.credit.free > 0 {
            connection.waitsForCredit = false
        } else if connection.wantsRead, !connection.waitsForCredit {
            connection.waitsForCredit = true
            connection.owed.insert(.creditRequest)
            statistics.creditWaits += 1
        }
        guard connection.hasWork, !connection.isQueued else { return }
        connection.isQueued = true
        pending.append(connection)
    }

    /// Ends a connection: the guest is told; what the host's program was sent still reaches it.
    func reset(_ connection: Connection) {
        guard connection.state == .connecting || connection.state == .established else { return }
        if connection.state == .connecting, connection.owed.contains(.request) {
            // The guest never heard of it.
            forget(connection)
            return
        }
        cancelTimer(connection)
        connection.state = .resetting
        connection.owed = []
        if !connection.hasUnsent { releaseSocket(connection) }
        enqueue(connection)
    }

    /// The guest has no part in a connection any more.
    func forget(_ connection: Connection) {
        connections[connection.key] = nil
        cancelTimer(connection)
        guard connection.hasUnsent, !connection.hostRefuses else {
            close(connection)
            return
        }
        connection.state = .draining
        draining[ObjectIdentifier(connection)] = connection
        setTimer(connection, Limits.drainTime) { [unowned self] in close($0) }
    }

    func close(_ connection: Connection) {
        guard connection.state != .closed else { return }
        connection.state = .closed
        draining[ObjectIdentifier(connection)] = nil
        if connection.isQueued {
            pending.removeAll { $0 === connection }
            connection.isQueued = false
        }
        cancelTimer(connection)
        discardUnsent(connection)
        releaseSocket(connection)
        windows.give(back: connection.credit.window)
    }

    func releaseSocket(_ connection: Connection) {
        guard connection.socket != nil else { return }
        loop.unwatch(connection.descriptor)
        if connection.guestShutdown == .both { discardUnread(connection) }
        connection.socket = nil
    }

    func setTimer(_ connection: Connection, _ delay: Duration, _ action: @escaping (Connection) -> Void) {
        cancelTimer(connection)
        connection.timer = loop.after(delay) { [weak connection] in
            guard let connection else { return }
            connection.timer = nil
            action(connection)
        }
    }

    func cancelTimer(_ connection: Connection) {
        guard let timer = connection.timer else { return }
        loop.cancel(timer)
        connection.timer = nil
    }

    // MARK: Buffers

    func takeRing(_ capacity: Int) -> ByteRing {
        if let ring = spareRing, ring.capacity == capacity {
            spareRing = nil
            return ring
        }
        return ByteRing(capacity: capacity)
    }

    /// One is kept, because a slow reader would otherwise cost a new one for each of its pauses.
    func giveBack(_ ring: ByteRing) {
        ring.removeAll()
        if ring.capacity == Limits.largestWindow { spareRing = ring }
    }

    func discardUnsent(_ connection: Connection) {
        guard let ring = connection.unsent else { return }
        statistics.bytesHeld -= ring.count
        connection.credit.forward(ring.count)
        connection.unsent = nil
        giveBack(ring)
    }
}

extension EventLoop.Interest {
    /// Readable again, or closed: told once for each change.
    static let edges = EventLoop.Interest(rawValue: EventLoop.Interest.read.rawValue | 1 << 31)
    static let edgesAndRoom = EventLoop.Interest(rawValue: edges.rawValue | EventLoop.Interest.write.rawValue)
}
