import AIULogin
import AIUModel
import AIUSystem
import Glibc
import Testing

/// Strangers who take long do not shut out anybody who knows a password.
struct LoginTurnsTests {
    private static var limits: LoginTurns.Limits {
        var limits = LoginTurns.Limits()
        limits.patience = .milliseconds(200)
        return limits
    }

    private func refused(_ turns: LoginTurns, _ visitor: LoginTurns.Visitor) async -> Bool {
        do throws(Failure) {
            try await turns.take(visitor)
            return false
        } catch {
            return error.reason == .unavailable
        }
    }

    @Test("one place has two turns, strangers together five, and whoever is known has the rest")
    func bounds() async throws {
        let turns = LoginTurns(Self.limits)
        for _ in 0..<2 { try await turns.take(.init("a", isKnown: false)) }
        #expect(await refused(turns, .init("a", isKnown: false)))
        for place in ["b", "c", "d"] { try await turns.take(.init(place, isKnown: false)) }
        #expect(await refused(turns, .init("e", isKnown: false)))
        for name in ["anna", "bert", "carl"] { try await turns.take(.init(name, isKnown: true)) }
        #expect(await refused(turns, .init("dora", isKnown: true)))
        await turns.giveBack(.init("b", isKnown: false))
        try await turns.take(.init("dora", isKnown: true))
    }

    @Test(
        "whoever waits comes when somebody is done, each place in its turn; a crowd from one place does not push others away"
    )
    func line() async throws {
        var limits = LoginTurns.Limits()
        limits.patience = .seconds(20)
        let turns = LoginTurns(limits)
        for place in ["x", "y"] {
            for _ in 0..<2 { try await turns.take(.init(place, isKnown: false)) }
        }
        try await turns.take(.init("z", isKnown: false))
        async let first: Void = turns.take(.init("x", isKnown: false))
        async let second: Void = turns.take(.init("x", isKnown: false))
        try await Task.sleep(for: .milliseconds(50))
        // The third and fourth that wait from there are refused at once.
        #expect(await refused(turns, .init("x", isKnown: false)))
        async let honest: Void = turns.take(.init("new", isKnown: false))
        try await Task.sleep(for: .milliseconds(50))
        await turns.giveBack(.init("z", isKnown: false))
        // There is room for one, and "x" has its two: it is the honest one's.
        try await honest
        for _ in 0..<2 { await turns.giveBack(.init("x", isKnown: false)) }
        _ = try await (first, second)
    }

    @Test("whoever leaves while waiting is not waited for")
    func left() async throws {
        let turns = LoginTurns()
        for _ in 0..<2 { try await turns.take(.init("a", isKnown: false)) }
        let waiting = Task { await refused(turns, .init("a", isKnown: false)) }
        try await Task.sleep(for: .milliseconds(50))
        let began = ContinuousClock.now
        waiting.cancel()
        #expect(await waiting.value)
        #expect(ContinuousClock.now - began < .seconds(5))
    }

    @Test("a directory that takes its time with strangers answers those who were let in before")
    func slow() async throws {
        let folder = "/tmp/login-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        try Files.makeFolder(folder)
        let good = #"{"outcome":"good","groups":["staff"]}"#
        // Strangers' names make it hang.
        let script = """
            #!/bin/bash
            read -r -d '' order
            case "$order" in *stranger*) sleep 30;; esac
            printf '%s' '\(good)'
            """
        try Files.replace("\(folder)/login", with: Array(script.utf8), mode: 0o755)
        var ldap = LDAPConfiguration(url: "ldaps://localhost", userDN: "uid={user}")
        ldap.timeoutMilliseconds = 1000
        ldap.cacheSeconds = 0
        let helper = LoginHelper(program: "\(folder)/login", .ldap(ldap), limits: Self.limits)
        let result: Result<Void, any Error>
        do {
            _ = try await helper.login("anna", password: "x", from: "192.0.2.1")
            let crowd = (0..<12).map { number in
                Task { try? await helper.login("stranger\(number)", password: "x", from: "198.51.100.\(number)") }
            }
            try await Task.sleep(for: .milliseconds(300))
            let began = ContinuousClock.now
            #expect(try await helper.login("anna", password: "x", from: "192.0.2.1").groups == ["staff"])
            // By a token, from anywhere.
            #expect(try await helper.account(named: "bert")?.name == "bert")
            #expect(ContinuousClock.now - began < .seconds(1))
            for one in crowd { #expect(await one.value == nil) }
            // Each question had its deadline.
            #expect(ContinuousClock.now - began < .seconds(8))
            // And a stranger who knows a password comes in when the crowd is through.
            #expect(try await helper.login("carl", password: "x", from: "203.0.113.9").name == "carl")
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try Files.removeTree(folder)
        try result.get()
    }
}
