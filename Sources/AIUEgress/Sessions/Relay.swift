internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// Carries bytes both ways, unread, until both ends have said all.
final class Relay {
    let target: Target
    let upstream: Upstream
    private unowned let owner: ClientConnection
    private var guestEnded = false
    private var serverEnded = false
    private var guestLeft = false

    init(_ owner: ClientConnection, _ target: Target, _ upstream: Upstream) {
        self.owner = owner
        self.target = target
        self.upstream = upstream
    }

    var lastMove: ContinuousClock.Instant { max(owner.stream.lastMove, upstream.stream.lastMove) }

    func start(with first: [UInt8]) {
        if !first.isEmpty { upstream.stream.send(first) }
        if !upstream.early.isEmpty { owner.stream.send(upstream.early) }
        owner.stream.handler = { [unowned self] in served($0, self.owner.stream, upstream.stream, isGuest: true) }
        upstream.stream.handler = { [unowned self] in served($0, upstream.stream, self.owner.stream, isGuest: false) }
        owner.stream.wantsRead = !upstream.stream.isBlocked
        upstream.stream.wantsRead = !owner.stream.isBlocked
        if owner.hasEnded { ended(isGuest: true) }
    }

    func close() { upstream.stream.close() }

    private func served(_ event: Stream.Event, _ from: Stream, _ to: Stream, isGuest: Bool) {
        switch event {
        case .readable:
            switch from.read(into: owner.proxy.scratch) {
            case .bytes(let count):
                if owner.proxy.meter.isExhausted { return owner.proxy.cutByQuota() }
                to.send(owner.proxy.scratch, count)
                if to.isBlocked { from.wantsRead = false }
            case .nothing: break
            case .end: ended(isGuest: isGuest)
            case .failed: owner.close()
            }
        case .drained: to.wantsRead = isGuest ? !serverEnded : !guestEnded
        case .left:
            // What it said before still goes on, as fast as the other side takes it.
            guard isGuest else { return }
            guestLeft = true
            if guestEnded { closeSoon() }
        case .gone: owner.close()
        case .connected, .secured: break
        }
    }

    /// One direction is over; the other may go on.
    private func ended(isGuest: Bool) {
        if isGuest {
            guestEnded = true
            owner.stream.wantsRead = false
            upstream.stream.end()
            if guestLeft { closeSoon() }
        } else {
            serverEnded = true
            upstream.stream.wantsRead = false
            owner.stream.end()
        }
        if guestEnded, serverEnded { owner.close() }
    }

    /// Nobody is there to be answered; the server gets the time to take what was said to it.
    private func closeSoon() {
        owner.proxy.loop.after(EgressLimits.connectTime) { [weak owner] in owner?.close() }
    }
}
