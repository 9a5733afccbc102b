import AIUAPI
import AIUModel
import AIUPolicy
import AIUSystem
import Glibc

/// A running server on a socket of its own, unwound however the test ends.
struct Fixture: Sendable {
    let path: String
    let folder: String
    let control: FakeControl
    let audit: FakeAudit
    let tokens: FakeTokens
    let server: APIServer

    static func with(
        vms: Int = 0, access: Access = Access(nil, administrators: []), tokens: FakeTokens = FakeTokens(),
        listen: ListenConfiguration? = nil,
        logins: (any LoginService)? = nil, ledger: FakeLedger? = nil, metering: TokenServices? = nil,
        settings: APISettings = APISettings(),
        _ body: (Fixture) async throws -> Void
    ) async throws {
        let folder = "/tmp/api-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        try Files.makeFolder(folder)
        let control = FakeControl(vms: vms)
        let audit = FakeAudit()
        let path = "\(folder)/aiud.sock"
        try await withServer(
            at: path, in: folder, control: control, audit: audit, access: access, tokens: tokens, listen: listen,
            logins: logins, ledger: ledger, metering: metering, settings: settings
        ) {
            server in
            try await body(
                Fixture(path: path, folder: folder, control: control, audit: audit, tokens: tokens, server: server))
        }
    }

    func client(within limit: Duration = .seconds(10)) throws -> Client { try Client(path, within: limit) }

    /// One request on a connection of its own.
    func ask(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) async throws -> Answer {
        try await client().request(method, target, headers: headers, body: body.map { Array($0.utf8) })
    }

    /// Waits until something has become true.
    func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
