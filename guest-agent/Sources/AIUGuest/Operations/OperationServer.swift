package import AIUSystem
internal import AIUWire

/// Accepts operation connections and keeps them while they last.
package final class OperationServer {
    private let context: GuestContext
    private var connections: [Int: OperationConnection] = [:]
    private var lastNumber = 0
    private var listener: Handle?
    private var strangerSeen = false

    package init(context: GuestContext) { self.context = context }

    /// Serves the host's connections to the vsock port; nobody else's.
    package func listen(port: UInt32) throws(SystemError) {
        let handle = Handle(try VsockSocket.listen(port: port))
        listener = handle
        try context.loop.watch(handle.raw, .read) { [weak self] _ in self?.acceptAll() }
    }

    package func stopListening() {
        if let listener { context.loop.unwatch(listener.raw) }
        listener = nil
    }

    package var count: Int { connections.count }

    /// Serves a connection that was made.
    package func serve(_ socket: consuming FileDescriptor, for caller: OperationCaller = .host) {
        lastNumber += 1
        let number = lastNumber
        do throws(SystemError) {
            let connection = try OperationConnection(socket, for: caller, context: context) { [weak self] in
                self?.connections.removeValue(forKey: number)
            }
            connections[number] = connection
            if connections.count > context.settings.mostOperations {
                connection.refuse(
                    OperationFailure(
                        .busy, "the guest already runs \(context.settings.mostOperations) operations; try again later"))
            }
        } catch {
            context.journal.warning("an operation could not be served: \(error)")
        }
    }

    private func acceptAll() {
        guard let listener else { return }
        do throws(SystemError) {
            while let connection = try VsockSocket.accept(listener.file) {
                // A process of the guest must not give orders to the agent.
                guard connection.cid == VsockSocket.hostCID else {
                    // Told once: whoever tries again must not fill the log.
                    if !strangerSeen { context.journal.info("a connection from CID \(connection.cid) was refused") }
                    strangerSeen = true
                    continue
                }
                // Far over the limit even the refusal would cost too much.
                guard connections.count < 2 * context.settings.mostOperations else { continue }
                serve(connection.takeSocket())
            }
        } catch {
            context.journal.warning("\(error)")
        }
    }
}
