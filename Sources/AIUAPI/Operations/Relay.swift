internal import AIUSystem
internal import Glibc

/// Passes bytes on between a client and an agent, each way with its own bounded buffer. Lives on the loop's thread.
///
/// An end that only stops sending is told to the other side, and the other direction goes on. A client that hangs up
/// ends everything at once; an agent that hangs up ends everything when the client has what it sent.
final class Relay {
    /// One direction.
    private struct Flow {
        var waiting: [UInt8] = []
        var start = 0
        /// The source sends no more.
        var ended = false
        /// The target was told so.
        var told = false

        var isEmpty: Bool { start == waiting.count }
    }

    static let capacity = 64 * 1024
    /// How long a frame that is on its way may take to be whole, when something else is to be said.
    private static let closing: Duration = .seconds(1)
    /// How often one side is read before the others have their turn.
    private static let readsPerTurn = 8

    private let loop: EventLoop
    private let client: Int32
    private let machine: FileDescriptor
    private let ended: () -> Void
    private var toMachine: Flow
    private var toClient = Flow()
    private var watched: [Int32: EventLoop.Interest] = [:]
    private var stopped = false
    private var frames = FrameTail()
    /// What the client is told in the agent's place, until it is among what is sent.
    private var lastWord: [UInt8]?
    /// The agent has sent something.
    private(set) var isAnswered = false

    /// The client's descriptor stays its owner's and must outlive the relay.
    init(
        _ loop: EventLoop, _ client: borrowing FileDescriptor, _ machine: consuming FileDescriptor, first: [UInt8],
        ended: @escaping () -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.client = client.raw
        self.machine = machine
        self.ended = ended
        toMachine = Flow(waiting: first)
        try self.machine.setNonBlocking()
    }

    func start() throws(SystemError) { advance(clientClosed: false) }

    func stop() {
        guard !stopped else { return }
        stopped = true
        for descriptor in watched.keys { loop.unwatch(descriptor) }
        watched = [:]
        shutdown(machine.raw, Int32(SHUT_RDWR))
    }

    /// Ends it: the client gets what is there of the agent's frames, and this as the last. Nothing of the client's is passed on
    /// any more.
    func end(with word: [UInt8]) {
        guard !stopped, lastWord == nil else { return }
        lastWord = word
        toMachine = Flow(ended: true, told: true)
        loop.after(Self.closing) { [weak self] in self?.leave() }
        advance(clientClosed: false)
    }

    private func leave() {
        guard !stopped else { return }
        stop()
        ended()
    }

    /// Once no frame is torn by it.
    private func sayLastWord() {
        guard let word = lastWord, !toClient.told else { return }
        let unsent = toClient.waiting.count - toClient.start
        // Of this frame something has gone out already: the rest of it comes first.
        guard frames.count <= unsent else { return }
        toClient.waiting.removeLast(frames.count)
        toClient.waiting += word
        toClient.ended = true
        lastWord = nil
    }

    private func advance(clientClosed: Bool) {
        guard !stopped else { return }
        do throws(SystemError) {
            if clientClosed { throw SystemError("pass bytes on", code: .connectionReset) }
            sayLastWord()
            try pass(&toClient, from: machine.raw, to: client)
            sayLastWord()
            if toClient.ended { try pass(&toClient, from: machine.raw, to: client) }
            try pass(&toMachine, from: client, to: machine.raw)
            if toClient.told && toMachine.told { throw SystemError("pass bytes on", code: .brokenPipe) }
            try updateInterest()
        } catch {
            stop()
            ended()
        }
    }

    private func pass(_ flow: inout Flow, from source: Int32, to target: Int32) throws(SystemError) {
        for _ in 0..<Self.readsPerTurn {
            if !flow.isEmpty { try flush(&flow, to: target) }
            guard flow.isEmpty, !flow.ended else { break }
            guard let bytes = try receive(from: source) else { break }
            if bytes.isEmpty {
                flow.ended = true
            } else {
                if source == machine.raw {
                    isAnswered = true
                    frames.feed(bytes)
                }
                flow.waiting = bytes
                flow.start = 0
            }
        }
        if flow.ended, flow.isEmpty, !flow.told {
            flow.told = true
            shutdown(target, Int32(SHUT_WR))
        }
    }

    /// An agent that is gone has no more to say; that its end came as a reset changes nothing.
    private func receive(from source: Int32) throws(SystemError) -> [UInt8]? {
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.capacity) { buffer, initialized in
            repeat {
                count = unsafe recv(source, buffer.baseAddress, buffer.count, 0)
            } while count < 0 && Errno.current == .interrupted
            initialized = max(0, count)
        }
        if count >= 0 { return bytes }
        if Errno.current == .wouldBlock { return nil }
        if Errno.current == .connectionReset, source == machine.raw { return [] }
        throw SystemError("receive", code: .current)
    }

    private func flush(_ flow: inout Flow, to target: Int32) throws(SystemError) {
        while !flow.isEmpty {
            let count = unsafe flow.waiting.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[flow.start...])
                return unsafe send(target, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                flow.start += count
            } else if Errno.current == .wouldBlock {
                return
            } else if Errno.current == .brokenPipe, target == machine.raw {
                // The agent listens no more but may still speak: what it said must reach the client.
                flow = Flow(ended: true, told: true)
            } else if Errno.current != .interrupted {
                throw SystemError("send", code: .current)
            }
        }
        flow.waiting = []
        flow.start = 0
    }

    private func updateInterest() throws(SystemError) {
        try set(client, interest(reading: toMachine, writing: toClient))
        let machineInterest = interest(reading: toClient, writing: toMachine)
        // An agent that hung up is told about for ever; with nothing to do for it, it is not watched.
        if machineInterest.isEmpty {
            if watched.removeValue(forKey: machine.raw) != nil { loop.unwatch(machine.raw) }
        } else {
            try set(machine.raw, machineInterest)
        }
    }

    private func interest(reading: Flow, writing: Flow) -> EventLoop.Interest {
        var interest: EventLoop.Interest = []
        if reading.isEmpty, !reading.ended { interest.insert(.read) }
        if !writing.isEmpty { interest.insert(.write) }
        return interest
    }

    private func set(_ descriptor: Int32, _ interest: EventLoop.Interest) throws(SystemError) {
        guard watched[descriptor] != interest else { return }
        if watched.updateValue(interest, forKey: descriptor) != nil {
            try loop.rewatch(descriptor, interest)
        } else {
            let isClient = descriptor == client
            try loop.watch(descriptor, interest) { [weak self] ready in
                self?.advance(clientClosed: isClient && ready.closed)
            }
        }
    }
}
