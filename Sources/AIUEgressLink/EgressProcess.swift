internal import AIUModel
internal import AIUNetLink
internal import AIUSystem
internal import AIUWire
internal import CLinux
internal import Glibc

/// One life of a VM's proxy: its process, and the messages to and from it. On the loop's thread, never waiting.
final class EgressProcess {
    /// Orders that a proxy does not take; beyond this it is ended.
    private static let longestBacklog = 4 * EgressMessage.longestPayload
    private static let readsPerTurn = 64 << 10

    private let loop: EventLoop
    private let socket: FileDescriptor
    private let child: Child
    /// The network namespace that it is in, and which one the name meant then.
    private let place: (name: String, identity: String)?
    private var decoder = EgressDecoder()
    private var backlog: [UInt8] = []
    /// What could not be kept yet.
    private var pending: EgressReport?
    private var isHeld = false
    private var isOver = false
    /// False: it could not be kept, and nothing more is to come until `resume`.
    private let take: (EgressReport) throws -> Bool
    private let ended: (String) -> Void

    /// Starts the program, in a network namespace where one is named. `ended` is called once, unless `kill` comes first.
    init(
        _ settings: EgressSettings, in namespace: String?, folder: String, loop: EventLoop,
        take: @escaping (EgressReport) throws -> Bool,
        ended: @escaping (String) -> Void
    ) throws {
        self.loop = loop
        self.take = take
        self.ended = ended
        let (near, far) = try UnixSocket.pair().take()
        socket = FileDescriptor(owning: near)
        let theirs = FileDescriptor(owning: far)
        let proxy = try UnixSocket.listen("\(folder)/guest_\(WireProtocol.proxyPort)", backlog: 64)
        let names = try UnixSocket.listen("\(folder)/guest_\(WireProtocol.namePort)", backlog: 64)
        let log = try FileDescriptor.open(
            "\(folder)/egress.log", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o640)
        let descriptors = [log.raw, theirs.raw, proxy.raw, names.raw]
        if let namespace {
            let entered = try settings.networks.get().enter(namespace, descriptors: descriptors)
            place = (namespace, entered.identity)
            child = entered.take()
        } else {
            place = nil
            child = try Child.spawn(
                ProxyStart.request(settings.program, roots: settings.roots, descriptors: descriptors))
        }
        try socket.setNonBlocking()
        try loop.watch(socket.raw, .read) { [weak self] ready in self?.serve(ready) }
    }

    /// Whether it is where a VM's proxy has to be now: the name may mean another namespace by now, or none.
    func isIn(_ namespace: String?) -> Bool {
        guard let place else { return namespace == nil }
        return place.name == namespace && NamespaceIdentity.of(NetworkNamespace.path(of: place.name)) == place.identity
    }

    func send(_ message: EgressMessage) {
        guard !isOver else { return }
        guard backlog.count <= Self.longestBacklog else { return end("it does not take orders") }
        backlog += message.encoded
        flush()
    }

    /// What it said and could not be kept may be tried again.
    func resume() {
        guard isHeld, !isOver else { return }
        isHeld = false
        do { try offer() } catch { return end("\(error)") }
        deliver()
        watch()
    }

    /// Ends it at once, with all its connections.
    func kill() {
        guard !isOver else { return }
        isOver = true
        loop.unwatch(socket.raw)
        // One that has just ended need not be.
        try? child.signal(SIGKILL)
        Collector.collect(child.pidfd, loop: loop)
    }

    private func serve(_ ready: EventLoop.Ready) {
        if ready.write { flush() }
        // One that is not read and has gone would wake us for ever.
        if isHeld, ready.closed { return end("it ended") }
        guard ready.read, !isHeld, !isOver else { return }
        do throws(SystemError) {
            guard let bytes = try socket.read(upTo: Self.readsPerTurn) else { return }
            guard !bytes.isEmpty else { return end("it ended") }
            decoder.feed(bytes)
        } catch {
            return end("\(error)")
        }
        deliver()
        watch()
    }

    private func deliver() {
        do {
            while !isHeld, !isOver, let message = try decoder.next() {
                guard let report = try EgressReport(message) else { return end("it sent an order") }
                pending = report
                try offer()
            }
        } catch {
            end("\(error)")
        }
    }

    /// The same again until it is taken: a decision that cannot be kept must not be passed over.
    private func offer() throws {
        guard let report = pending else { return }
        if try take(report) { pending = nil } else { isHeld = true }
    }

    private func watch() {
        guard !isOver else { return }
        var interest: EventLoop.Interest = isHeld ? [] : .read
        if !backlog.isEmpty { interest.insert(.write) }
        do throws(SystemError) { try loop.rewatch(socket.raw, interest) } catch { end("\(error)") }
    }

    private func flush() {
        do throws(SystemError) {
            while !backlog.isEmpty, let count = try socket.write(backlog) {
                for index in 0..<count { backlog[index] = 0 }
                backlog.removeFirst(count)
            }
            watch()
        } catch {
            end("\(error)")
        }
    }

    private func end(_ reason: String) {
        guard !isOver else { return }
        kill()
        ended(reason)
    }

    /// A process that was killed, kept until it has gone.
    private final class Collector {
        private let pidfd: FileDescriptor

        private init(_ pidfd: consuming FileDescriptor) { self.pidfd = consume pidfd }

        static func collect(_ pidfd: borrowing FileDescriptor, loop: EventLoop) {
            do throws(SystemError) {
                let collector = Collector(try pidfd.duplicate())
                try loop.watch(collector.pidfd.raw, .read) { _ in
                    loop.unwatch(collector.pidfd.raw)
                    ProcessHandle.reap(collector.pidfd)
                }
            } catch {
                Log("egress").warning("a proxy that was ended could not be collected: \(error)")
            }
        }
    }
}
