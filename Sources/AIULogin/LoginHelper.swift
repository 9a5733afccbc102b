internal import AIUJSON
package import AIUModel
internal import AIUSystem
internal import Glibc

/// Asks a directory or PAM by the program `aiu-login`: one process for each question, ended when its time is over.
///
/// Libraries that talk to directories, and modules that an administrator puts into PAM, have no place in the supervisor: they block,
/// share state between threads, and may crash.
package final class LoginHelper: LoginService {
    private static let longestAnswer = 256 << 10

    private let program: String
    private let configuration: LoginConfiguration
    private let cache: LoginCache
    private let turns: LoginTurns
    private let proven = ProvenLogins()

    package init(program: String, _ configuration: LoginConfiguration, limits: LoginTurns.Limits = .init()) {
        turns = LoginTurns(limits)
        self.program = program
        self.configuration = configuration
        cache = LoginCache(life: .seconds(configuration.cacheSeconds))
    }

    package func login(_ name: String, password: String, from place: String?) async throws(Failure) -> Account {
        // An empty password makes an anonymous bind, which every directory accepts.
        guard !password.isEmpty, let name = oneSpelling(name), !password.utf8.contains(0) else {
            throw Self.wrong(name)
        }
        if let account = cache.account(name, password: password) { return account }
        let network = Self.network(of: place)
        let isKnown = proven.contains(name, network)
        let answer = try await ask(
            name, password, .init(isKnown ? "\(name) from \(network)" : network, isKnown: isKnown))
        guard answer.outcome == .good, let account = account(name, answer) else { throw Self.wrong(name) }
        cache.keep(account, name, password: password)
        proven.note(name, network)
        return account
    }

    package func account(named name: String) async throws(Failure) -> Account? {
        guard let name = oneSpelling(name) else { return nil }
        if let account = cache.account(name, password: nil) { return account }
        if case .pam = configuration { return account(name, LoginAnswer(.good)) }
        // Only somebody with a good token of theirs makes this be asked.
        let answer = try await ask(name, nil, .init(name, isKnown: true))
        guard answer.outcome == .good, let account = account(name, answer) else { return nil }
        cache.keep(account, name, password: nil)
        return account
    }

    private static func wrong(_ name: String) -> Failure {
        Failure(.unauthenticated, "the name or the password is wrong")
    }

    /// What somebody is called here. A directory knows them by many spellings, `anna`, `ANNA` and what Unicode takes for the
    /// same; each would have budgets and attempts of its own, and rules for none of them.
    private func oneSpelling(_ name: String) -> String? {
        guard (1...256).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { return nil }
        guard case .ldap = configuration else { return name }
        return name.utf8.allSatisfy({ $0 < 0x80 }) ? name.lowercased() : nil
    }

    /// Of the host's own users the host knows the groups.
    private func account(_ name: String, _ answer: LoginAnswer) -> Account? {
        switch configuration {
        case .ldap: Account(name: name, groups: answer.groups)
        case .pam: UserNames.account(named: name).map { Account(name: name, user: $0.user, groups: $0.groups) }
        }
    }

    /// Whoever has one address of IPv6 has all of its network.
    private static func network(of place: String?) -> String {
        guard let place else { return "" }
        guard let address = IPAddress(parsing: place), address.isIPv6 else { return place }
        return "\(IPAddress(v6: address.high, 0))/64"
    }

    private func ask(
        _ name: String, _ password: String?, _ visitor: LoginTurns.Visitor
    ) async throws(Failure) -> LoginAnswer {
        try await turns.take(visitor)
        let outcome = await WorkThread.run { [self] _ in
            Result { () throws(Failure) in try run(name, password) }
        }
        await turns.giveBack(visitor)
        guard let answer = try outcome?.get() else { throw Failure(.unavailable, "no thread is left to log in with") }
        guard answer.outcome != .unavailable else {
            throw Failure(
                .unavailable,
                "nobody can be asked who you are: \(answer.reason ?? "no answer"); on the host itself `aiu` works as ever"
            )
        }
        return answer
    }

    private func run(_ name: String, _ password: String?) throws(Failure) -> LoginAnswer {
        var order = LoginOrder(name: name, password: password)
        let limit: Int
        switch configuration {
        case .ldap(let ldap):
            order.ldap = ldap
            // Each step has its time; all of them together not much more.
            limit = 2 * ldap.timeoutMilliseconds
        case .pam(let pam):
            order.pam = pam
            limit = pam.timeoutMilliseconds
        }
        do {
            let bytes = try JSONText.encode(order)
            let (ours, theirs) = try UnixSocket.pair().take()
            let socket = FileDescriptor(owning: ours)
            let other = FileDescriptor(owning: theirs)
            var request = SpawnRequest(program, environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
            request.descriptors = [other.raw, other.raw, -1]
            request.deathSignal = SIGKILL
            // PAM's own helper that reads passwords is set-user-id.
            if order.ldap != nil { request.noNewPrivileges = true }
            let child = try Child.spawn(request)
            _ = consume other
            defer {
                // One that has ended already is only reaped.
                try? child.signal(SIGKILL)
                _ = try? child.wait()
            }
            try socket.writeAll(bytes)
            shutdown(socket.raw, Int32(SHUT_WR))
            guard let answer = try Self.read(socket, within: .milliseconds(limit)) else {
                return LoginAnswer(.unavailable, reason: "no answer within \(limit) ms")
            }
            return try JSONText.decode(LoginAnswer.self, from: answer)
        } catch {
            return LoginAnswer(.unavailable, reason: "\(error)")
        }
    }

    /// All up to the end; nil when that does not come in time.
    private static func read(
        _ socket: borrowing FileDescriptor, within limit: Duration
    ) throws(SystemError) -> [UInt8]? {
        let deadline = ContinuousClock.now + limit
        try socket.setNonBlocking()
        var answer: [UInt8] = []
        while answer.count < longestAnswer {
            if let bytes = try socket.read(upTo: 64 << 10) {
                if bytes.isEmpty { return answer }
                answer += bytes
                continue
            }
            guard socket.wait(until: deadline) else { return nil }
        }
        return nil
    }
}
