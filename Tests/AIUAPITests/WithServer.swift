import AIUAPI
import AIUModel
import AIUPolicy
import AIUSystem
import Glibc

/// A server that answers for `control` while `body` runs; however that ends, the server and the folder are gone then.
func withServer(
    at socket: String, in folder: String, control: FakeControl, audit: FakeAudit = FakeAudit(),
    access: Access = Access(nil, administrators: []),
    tokens: FakeTokens = FakeTokens(), listen: ListenConfiguration? = nil,
    logins: (any LoginService)? = nil, ledger: FakeLedger? = nil, metering: TokenServices? = nil,
    settings: APISettings = APISettings(),
    _ body: (APIServer) async throws -> Void
) async throws {
    // As in aiud: a client that is gone is an error of one connection, not the end of all tests.
    signal(SIGPIPE, SIG_IGN)
    let server = try APIServer(
        at: socket, control: control, audit: audit, access: access, tokens: tokens, listen: listen, logins: logins,
        metering: metering, ledger: ledger,
        settings: settings)
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(server))
    } catch {
        result = .failure(error)
    }
    await server.stop(within: .seconds(2))
    try Files.removeTree(folder)
    try result.get()
}
