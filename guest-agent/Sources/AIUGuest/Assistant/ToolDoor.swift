internal import AIUSystem
internal import AIUWire
internal import Glibc

/// The socket through which the assistant has tools run: the operations of the host, but only commands of the
/// unprivileged user.
final class ToolDoor {
    private let context: GuestContext
    private let server: OperationServer
    private var listener: Handle?

    init(context: GuestContext, server: OperationServer) {
        self.context = context
        self.server = server
    }

    func open() throws(SystemError) {
        // An image without an assistant has nobody to open the door to.
        let account = try? PreparedCommand.account(
            named: context.settings.assistantUser, context.settings, context.users)
        guard let account else { return }
        let path = context.settings.toolDoor
        let handle = Handle(try UnixSocket.listen(path, mode: 0o600))
        if geteuid() == 0 {
            try SystemError.checkErrno(unsafe chown(path, account.user, account.group), "give away", path)
        }
        listener = handle
        try context.loop.watch(handle.raw, .read) { [weak self] _ in self?.acceptAll(from: account.user) }
    }

    private func acceptAll(from user: UInt32) {
        guard let listener else { return }
        do throws(SystemError) {
            while let socket = try UnixSocket.accept(listener.file) {
                guard try UnixSocket.peer(of: socket.raw).user == user else { continue }
                server.serve(socket, for: .assistant)
            }
        } catch {
            context.journal.warning("\(error)")
        }
    }
}
