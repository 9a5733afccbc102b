package import AIUSystem
package import AIUWire
internal import CLinux

/// The agent's connection to its supervisor: dials until it is welcome, and again whenever it is cut off.
package final class ControlLink {
    private enum State {
        case idle
        case dialling(Handle)
        case greeting(FrameChannel, limit: TimerID)
        case welcome(FrameChannel)
        /// After the last word.
        case over(FrameChannel?)
    }

    private static let firstPause: Duration = .milliseconds(10)
    private static let longestPause: Duration = .seconds(1)
    private static let logDelay: Duration = .milliseconds(20)
    private static let heartbeats = 100...60_000

    private let context: GuestContext
    private let machine: any Machine
    private let dial: () throws(SystemError) -> FileDescriptor
    private let hello: () -> Hello
    private let facts: GuestFacts
    private var state = State.idle
    private var pause = ControlLink.firstPause
    private var heartbeat: TimerID?
    private var logsScheduled = false

    /// The hello is on its way.
    package var onHello: (() -> Void)?
    package var onWelcome: ((Welcome) -> Void)?
    package var onShutdown: ((ShutdownOrder) -> Void)?
    /// Carries the order out and says what became of it.
    package var onConfigure: ((ConfigurationOrder) -> ConfiguredAnswer)?
    /// Whom programs shall trust from now on.
    package var onAuthority: (([UInt8]) -> Void)?
    /// How the network card is used from now on; empty: not at all.
    package var onCard: (([UInt8]) -> Void)?
    /// The vsock device was not there to dial with.
    package var onDeviceAway: (() -> Void)?

    /// `dial` returns a socket whose connection is under way; `hello` is asked once it stands.
    package init(
        context: GuestContext, machine: any Machine, facts: GuestFacts,
        dial: @escaping () throws(SystemError) -> FileDescriptor, hello: @escaping () -> Hello
    ) {
        self.context = context
        self.machine = machine
        self.facts = facts
        self.dial = dial
        self.hello = hello
        context.journal.onNews = { [weak self] in self?.scheduleLogs() }
    }

    package func start() {
        guard case .idle = state else { return }
        do throws(SystemError) {
            let handle = Handle(try dial())
            try context.loop.watch(handle.raw, .write) { [weak self] _ in self?.dialled(handle) }
            state = .dialling(handle)
        } catch {
            if error.code == Errno.noDevice { onDeviceAway?() }
            retry()
        }
    }

    private func dialled(_ handle: Handle) {
        context.loop.unwatch(handle.raw)
        state = .idle
        do throws(SystemError) {
            try SystemError.check(aiu_socket_error(handle.raw), "dial the host")
            let channel = try FrameChannel(try handle.file.duplicate(), loop: context.loop, scratch: context.scratch)
            channel.onFrame = { [weak self] frame in try self?.receive(frame) }
            channel.onDrained = { [weak self] in self?.sendLogs() }
            channel.onEnd = { [weak self] reason in self?.lost(reason ?? "the host closed the connection") }
            let limit = context.loop.after(context.settings.welcomeLimit) { [weak self] in
                self?.lost("the host did not answer the hello")
            }
            state = .greeting(channel, limit: limit)
            try greet(channel)
        } catch {
            retry()
        }
    }

    private func greet(_ channel: FrameChannel) throws(SystemError) {
        do throws(WireError) {
            try channel.send(.hello, encoding: hello())
        } catch {
            context.journal.error("the hello could not be sent: \(error)")
            throw SystemError("greet the host", code: .invalidArgument)
        }
        onHello?()
    }

    private func retry() {
        state = .idle
        context.loop.after(pause) { [weak self] in self?.start() }
        pause = min(pause * 2, Self.longestPause)
    }

    private func lost(_ reason: String) {
        switch state {
        case .greeting(let channel, let limit):
            context.loop.cancel(limit)
            channel.close()
        case .welcome(let channel): channel.close()
        case .idle, .dialling, .over: return
        }
        if let heartbeat { context.loop.cancel(heartbeat) }
        context.journal.info("the connection to the host was lost: \(reason)")
        retry()
    }

    private func receive(_ frame: Frame) throws {
        switch (state, frame.kind) {
        case (.greeting(let channel, let limit), .welcome):
            let welcome = try frame.message(as: Welcome.self)
            context.loop.cancel(limit)
            pause = Self.firstPause
            state = .welcome(channel)
            apply(welcome)
        case (.welcome(let channel), .ping) where frame.payload.count == 8:
            channel.send(.pong, frame.payload)
        case (.welcome, .clock) where frame.payload.count == 8:
            setClock(frame.payload.reversed().reduce(0) { $0 << 8 | Int64($1) })
        case (.welcome, .shutdown):
            onShutdown?(try frame.message(as: ShutdownOrder.self))
        case (.welcome(let channel), .configure):
            let order = try ConfigurationOrder(frame)
            guard let answer = onConfigure?(order) else { throw WireError.unexpected(frame.kind) }
            try channel.send(.configured, encoding: answer)
        case (.welcome, .authority) where frame.payload.count <= WireProtocol.longestAuthority:
            onAuthority?(frame.payload)
        case (.welcome, .card) where [0, 8].contains(frame.payload.count):
            onCard?(frame.payload)
        case _:
            throw WireError.unexpected(frame.kind)
        }
    }

    private func apply(_ welcome: Welcome) {
        if welcome.protocolVersion != WireProtocol.version {
            context.journal.warning("the host speaks protocol \(welcome.protocolVersion), not \(WireProtocol.version)")
        }
        attempt { () throws(SystemError) in
            guard welcome.clock > 0 else { return }
            try machine.setClock(welcome.clock)
        }
        attempt { () throws(SystemError) in try machine.addEntropy([UInt8](hexDigits: welcome.entropy)) }
        attempt { () throws(SystemError) in
            guard HostName.isValid(welcome.hostname) else {
                throw SystemError("set the host name", code: .invalidArgument)
            }
            try machine.setHostname(welcome.hostname)
        }
        let interval = min(max(welcome.heartbeatMilliseconds, Self.heartbeats.lowerBound), Self.heartbeats.upperBound)
        beat(every: .milliseconds(interval))
        scheduleLogs()
        onWelcome?(welcome)
    }

    private func setClock(_ milliseconds: Int64) {
        attempt { () throws(SystemError) in try machine.setClock(milliseconds) }
    }

    private func attempt(_ body: () throws(SystemError) -> Void) {
        do throws(SystemError) {
            try body()
        } catch {
            context.journal.warning("\(error)")
        }
    }

    private func beat(every interval: Duration) {
        guard case .welcome(let channel) = state else { return }
        let beat = facts.heartbeat()
        context.groups?.limit(memoryTotal: beat.memoryTotal)
        // A host that does not read gets no pile of old heartbeats.
        if channel.isFlushed {
            do throws(WireError) {
                try channel.send(.heartbeat, encoding: beat)
            } catch {
                context.journal.warning("\(error)")
            }
        }
        heartbeat = context.loop.after(interval) { [weak self] in self?.beat(every: interval) }
    }

    private func scheduleLogs() {
        guard !logsScheduled, case .welcome = state else { return }
        logsScheduled = true
        context.loop.after(Self.logDelay) { [weak self] in
            self?.logsScheduled = false
            self?.sendLogs()
        }
    }

    private func sendLogs() {
        guard case .welcome(let channel) = state else { return }
        while channel.hasRoom, !context.journal.isEmpty {
            do throws(WireError) {
                try channel.send(.log, encoding: context.journal.takeBatch())
            } catch {
                // Cannot be logged: that would come here again.
                return
            }
        }
    }

    /// Says the last word and calls back when the host has it, or will not get it.
    package func sayGoodbye(within limit: Duration, then done: @escaping () -> Void) {
        guard case .welcome(let channel) = state else {
            state = .over(nil)
            return done()
        }
        if let heartbeat { context.loop.cancel(heartbeat) }
        // Before anything is sent, which may be what shows that the connection is broken.
        channel.onEnd = nil
        channel.onClosed = done
        sendLogs()
        channel.send(.goodbye)
        state = .over(channel)
        channel.finish(within: limit)
    }
}

extension Errno {
    /// `ENODEV`
    fileprivate static let noDevice = Errno(19)
}
