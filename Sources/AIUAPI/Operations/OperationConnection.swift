internal import AIUJSON
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// One client that wants something of a VM: for its agent first the request, then bytes both ways.
///
/// Lives on the loop's thread.
final class OperationConnection {
    private enum Phase {
        /// Until the first frame is whole.
        case request(FrameDecoder, limit: TimerID?)
        /// The agent is being connected; what the client sends meanwhile waits in its socket.
        case connecting(rest: [UInt8])
        case relaying(Relay)
        case closed
    }

    private let loop: EventLoop
    private let client: FileDescriptor
    private let begin: (OperationRequest) -> Void
    private let ended: () -> Void
    /// What is passed on are frames, between which something can be said.
    private let isFramed: Bool
    private var phase: Phase

    init(
        _ loop: EventLoop, _ client: consuming FileDescriptor, _ received: [UInt8],
        begin: @escaping (OperationRequest) -> Void, ended: @escaping () -> Void
    ) {
        self.loop = loop
        self.client = client
        self.begin = begin
        self.ended = ended
        isFramed = true
        var decoder = FrameDecoder()
        decoder.feed(received)
        phase = .request(decoder, limit: nil)
    }

    /// One that needs no request, because its route says all; `relay` is to be called at once.
    init(
        _ loop: EventLoop, _ client: consuming FileDescriptor, connected received: [UInt8], isFramed: Bool,
        ended: @escaping () -> Void
    ) {
        self.loop = loop
        self.client = client
        self.ended = ended
        begin = { _ in }
        self.isFramed = isFramed
        phase = .connecting(rest: received)
    }

    func start(firstFrameWithin limit: Duration) {
        guard case .request(let decoder, _) = phase else { return }
        let timer = loop.after(limit) { [weak self] in
            self?.refuse(OperationFailure(.invalid, "no request came within \(limit)"))
        }
        phase = .request(decoder, limit: timer)
        do throws(SystemError) {
            try client.setNonBlocking()
            try loop.watch(client.raw, .read) { [weak self] ready in self?.clientIsReady(ready) }
        } catch {
            return close()
        }
        findRequest()
    }

    /// The agent is there: from now on bytes are passed on.
    func relay(to machine: consuming FileDescriptor) {
        guard case .connecting(let rest) = phase else { return }
        loop.unwatch(client.raw)
        do throws(SystemError) {
            try client.setNonBlocking()
            let relay = try Relay(loop, client, machine, first: rest) { [weak self] in self?.close() }
            phase = .relaying(relay)
            try relay.start()
        } catch {
            close()
        }
    }

    /// Asks again and again, as long as the agent has not answered at all.
    func whileUnanswered(every interval: Duration, ask: @escaping () -> Void) {
        loop.after(interval) { [weak self] in
            guard let self, isUnanswered else { return }
            ask()
            whileUnanswered(every: interval, ask: ask)
        }
    }

    private var isUnanswered: Bool {
        if case .relaying(let relay) = phase { !relay.isAnswered } else { false }
    }

    /// As `refuse`, unless the answer has come meanwhile: nothing may be put into its midst.
    func giveUp(_ failure: OperationFailure) {
        if isUnanswered { refuse(failure) }
    }

    /// Ends it with the reason, between two frames where an answer has begun.
    func end(_ failure: OperationFailure) {
        guard case .relaying(let relay) = phase, relay.isAnswered else { return refuse(failure) }
        guard isFramed, let frame = Self.frame(failure) else { return close() }
        relay.end(with: frame)
    }

    /// Says why nothing will happen, and closes.
    func refuse(_ failure: OperationFailure) {
        if case .closed = phase { return }
        if isFramed, let frame = Self.frame(failure) {
            // A client that takes not even this has left or is broken; nothing else would reach it.
            _ = unsafe frame.withUnsafeBytes {
                unsafe send(client.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
        close()
    }

    /// Words always have a JSON form; were it otherwise, the closed connection tells the rest.
    private static func frame(_ failure: OperationFailure) -> [UInt8]? {
        do throws(JSONError) {
            let text = try JSONText.encode(failure)
            return Frame(.failed, Array(text.prefix(WireProtocol.longestPayload))).encoded
        } catch {
            return nil
        }
    }

    func close() {
        let old = phase
        phase = .closed
        switch old {
        case .closed: return
        case .request(_, let limit):
            if let limit { loop.cancel(limit) }
            loop.unwatch(client.raw)
        case .connecting: loop.unwatch(client.raw)
        case .relaying(let relay): relay.stop()
        }
        shutdown(client.raw, Int32(SHUT_RDWR))
        ended()
    }

    private func clientIsReady(_ ready: EventLoop.Ready) {
        switch phase {
        case .request(var decoder, let limit):
            do throws(SystemError) {
                guard let bytes = try client.read(upTo: WireProtocol.longestPayload) else { return }
                if bytes.isEmpty { return close() }
                decoder.feed(bytes)
                phase = .request(decoder, limit: limit)
            } catch {
                return close()
            }
            findRequest()
        case .connecting:
            if ready.closed { close() }
        case .relaying, .closed: return
        }
    }

    private func findRequest() {
        guard case .request(var decoder, let limit) = phase else { return }
        do {
            guard let frame = try decoder.next() else { return }
            guard frame.kind == .request else { throw WireError.unexpected(frame.kind) }
            let request = try JSONText.decode(OperationRequest.self, from: frame.payload)
            if let limit { loop.cancel(limit) }
            phase = .connecting(rest: decoder.takeRest())
            // Only a hang-up is of interest until the agent is there.
            try loop.rewatch(client.raw, [])
            begin(request)
        } catch {
            refuse(OperationFailure(.invalid, "the operation's first frame cannot be used: \(error)"))
        }
    }
}
