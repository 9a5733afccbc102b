package import AIUModel
package import AIUPolicy
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// The HTTP interface on a Unix socket, and over TLS where that is wanted.
package final class APIServer: Sendable {
    private let path: String
    private let core: ServerCore
    private let daemons: [HTTPDaemon]

    /// Listens on the path, replacing what a dead supervisor left there, and serves from now on.
    package init(
        at path: String, control: any Supervision, audit: any AuditTrail, access: Access,
        tokens: (any AccessTokenBook)? = nil, listen: ListenConfiguration? = nil,
        logins: (any LoginService)? = nil, metering: TokenServices? = nil, ledger: (any Ledger)? = nil,
        settings: APISettings = APISettings()
    ) throws(APIError) {
        self.path = path
        let identity: TLSIdentity?
        do throws(Failure) {
            identity = try listen.map { listen throws(Failure) in try TLSIdentity(listen) }
        } catch {
            throw .refused(error)
        }
        do throws(SystemError) {
            core = try ServerCore(
                control, audit, Reception(access, tokens, listen, logins), metering, ledger, settings)
            let listener = try UnixSocket.listen(path, mode: access.isRestricted ? 0o666 : settings.socketMode)
            guard let daemon = HTTPDaemon(listener, core) else {
                throw SystemError("start libmicrohttpd", code: .current)
            }
            var daemons = [daemon]
            if let listen, let identity {
                let listener = try TCPSocket.listen(listen.address, port: listen.port)
                guard let second = HTTPDaemon(listener, core, identity) else {
                    throw SystemError("start libmicrohttpd", code: .current)
                }
                daemons.append(second)
            }
            self.daemons = daemons
            core.watchRights()
        } catch {
            throw error.call == "start libmicrohttpd" ? .library(path: path) : .system(error)
        }
    }

    /// Takes no more requests, ends streams and operations, lets requests finish until the deadline, then stops.
    package func stop(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        for daemon in daemons { guard daemon.quiesce() else { return } }
        do throws(SystemError) {
            try Files.remove(path)
        } catch {
            core.log.warning("the API's socket stays behind: \(error)")
        }
        core.beginDraining()
        core.operations.closeAll()
        while core.isBusy, .now < deadline { await Self.pause() }
        // libmicrohttpd must not be stopped while a connection waits: what is unfinished is answered now.
        core.abandonAll()
        let sendDeadline = ContinuousClock.now + .seconds(1)
        while core.isSending, .now < sendDeadline { await Self.pause() }
        while core.hasWaiting { await Self.pause() }
        while core.hasUpgraded, .now < sendDeadline { await Self.pause() }
        for daemon in daemons { daemon.stop() }
        core.loopThread.stop()
    }

    private static func pause() async {
        // Cancelled or not, the order of the stop stays the same; a cancelled wait is only shorter.
        try? await Task.sleep(for: .milliseconds(5))
        await Task.yield()
    }
}
