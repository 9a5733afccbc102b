package import AIUSystem

/// Everything that one VM's back end consists of: five kinds of sockets in one folder, and the device between them.
package final class BackEnd {
    /// Why the back end has nothing left to do.
    package enum Outcome: Equatable, Sendable {
        /// QEMU was here and has gone: the VM is over.
        case frontEndLeft
        /// QEMU never came.
        case nobodyCame
        /// QEMU said something that cannot be answered.
        case failed(VhostUserError)
    }

    /// What to serve, and where.
    package struct Configuration: Sendable {
        /// The folder of the sockets; empty for the working directory.
        package var directory: String
        package var cid: UInt64
        package var console: String?
        package var consoleLimit = Limits.consoleBytes
        package var frontEndWait = Limits.frontEndWait

        package init(directory: String, cid: UInt64) {
            self.directory = directory
            self.cid = cid
        }

        func path(_ name: String) -> String { directory.isEmpty ? name : "\(directory)/\(name)" }
    }

    package let device: VsockDevice
    package private(set) var outcome: Outcome?
    private let loop: EventLoop
    private let frontEndListener: FileDescriptor
    private let hostListener: HostListener
    private let console: Console
    private var session: VhostUserSession?
    private var hasMore = false
    private let log = Log("back-end")

    package init(_ configuration: Configuration, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        device = VsockDevice(cid: configuration.cid, loop: loop) { port throws(SystemError) in
            try UnixSocket.connectNow(configuration.path("guest_\(port)"))
        }
        let record: ConsoleLog?
        if let path = configuration.console {
            record = try ConsoleLog(path, limit: configuration.consoleLimit)
        } else {
            record = nil
        }
        frontEndListener = try UnixSocket.listen(configuration.path("vhost.sock"), backlog: 1)
        console = try Console(
            port: try UnixSocket.listen(configuration.path("console.sock"), backlog: 1),
            attach: try UnixSocket.listen(configuration.path("console_attach"), backlog: 16), record: record, loop: loop
        )
        hostListener = try HostListener(
            try UnixSocket.listen(configuration.path("host.sock")), device: device, loop: loop)
        try loop.watch(frontEndListener.raw, .read) { [unowned self] _ in acceptFrontEnd() }
        loop.after(configuration.frontEndWait) { [weak self] in
            guard let self, session == nil else { return }
            outcome = outcome ?? .nobodyCame
        }
    }

    deinit {
        loop.unwatch(frontEndListener.raw)
        if let session { loop.unwatch(session.descriptor) }
        device.closeAll()
    }

    /// Serves until there is nothing left to serve.
    package func run() throws(SystemError) -> Outcome {
        while true {
            if let outcome { return outcome }
            try turn(waitingAtMost: .seconds(3600))
        }
    }

    /// Waits once for something to do, and does it.
    package func turn(waitingAtMost limit: Duration) throws(SystemError) {
        try loop.turn(waitingAtMost: hasMore ? .zero : limit)
        hasMore = device.pump()
    }

    private func acceptFrontEnd() {
        do throws(SystemError) {
            while let socket = try UnixSocket.accept(frontEndListener) {
                // One device has one owner; a second one is turned away.
                guard session == nil else { continue }
                let session = VhostUserSession(socket: socket, device: device, loop: loop)
                try loop.watch(session.descriptor, .read) { [unowned self] _ in serveFrontEnd() }
                self.session = session
                log.info("QEMU has connected")
            }
        } catch {
            log.warning("cannot take QEMU in: \(error)")
        }
    }

    private func serveFrontEnd() {
        guard let session else { return }
        do throws(VhostUserError) {
            if try session.receive() { return }
            log.info("QEMU has gone")
            outcome = .frontEndLeft
        } catch {
            outcome = .failed(error)
        }
        loop.unwatch(session.descriptor)
        device.dropAll()
        self.session = nil
    }
}
