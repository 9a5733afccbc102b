internal import AIUSystem

/// The far end of the VM's serial port: records what it says, and lets one program at a time see it and type.
///
/// A newer connection of QEMU's replaces the one before it. A second program is told `BUSY` and let go: whoever watches
/// a machine start must not lose it to somebody's slip.
final class Console {
    private let loop: EventLoop
    private let record: ConsoleLog?
    private var ports: Acceptor?
    private var programs: Acceptor?
    private var port: FileDescriptor?
    private var client: ConsoleClient?
    /// Typed, and not yet taken by QEMU, which takes no more than the guest does.
    private var typed: [UInt8] = []

    init(
        port: consuming FileDescriptor, attach: consuming FileDescriptor, record: ConsoleLog?, loop: EventLoop
    ) throws(SystemError) {
        self.record = record
        self.loop = loop
        ports = try Acceptor(port, name: "console", loop: loop) { [unowned self] socket throws(SystemError) in
            try connect(socket)
        }
        programs = try Acceptor(attach, name: "console", loop: loop) { [unowned self] socket throws(SystemError) in
            try admit(socket)
        }
    }

    deinit {
        if let descriptor = port?.raw { loop.unwatch(descriptor) }
    }

    private func connect(_ socket: consuming FileDescriptor) throws(SystemError) {
        hangUp()
        try loop.watch(socket.raw, .read) { [unowned self] in serve($0) }
        port = consume socket
        client?.update()
    }

    private func admit(_ socket: consuming FileDescriptor) throws(SystemError) {
        guard client == nil else {
            // The line fits into any new socket; a program that has gone does not want it.
            _ = try? socket.send(ConsoleGreeting.busy)
            return
        }
        client = try ConsoleClient(socket, loop: loop) { [unowned self] in
            port == nil ? 0 : Limits.consoleTyped - typed.count
        } type: { [unowned self] in
            typed += $0
            forward()
        } left: { [unowned self] in
            client = nil
        }
    }

    private func serve(_ ready: EventLoop.Ready) {
        if ready.read { drain() }
        if ready.write, port != nil { forward() }
    }

    /// One chunk a turn: a guest that floods its console must not hold up its packets.
    private func drain() {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try port?.read(upTo: Limits.consoleChunk) ?? []
        } catch {
            bytes = []
        }
        guard let bytes else { return }
        guard !bytes.isEmpty else { return hangUp() }
        record?.append(bytes)
        client?.show(bytes)
    }

    /// Hands on what was typed. A guest that does not take it stops its client, and nobody else.
    private func forward() {
        do throws(SystemError) {
            typed.removeFirst(try port?.send(typed) ?? 0)
            if let descriptor = port?.raw { try loop.rewatch(descriptor, typed.isEmpty ? .read : [.read, .write]) }
        } catch {
            hangUp()
        }
        client?.update()
    }

    private func hangUp() {
        guard let descriptor = port?.raw else { return }
        loop.unwatch(descriptor)
        port = nil
        // It was meant for a machine that has gone.
        typed = []
        client?.update()
    }
}
