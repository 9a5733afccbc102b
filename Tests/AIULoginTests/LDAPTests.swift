import AIULogin
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("logins at a real slapd", .serialized, .enabled(if: Slapd.isThere))
struct LDAPTests {
    static var program: String {
        // Beside the tests, where the build puts it.
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        for candidate in [folder, "\(folder)/..", "\(folder)/../..", ".build/debug"] {
            if Files.exists("\(candidate)/aiu-login") { return "\(candidate)/aiu-login" }
        }
        return ".build/debug/aiu-login"
    }

    private func helper(_ ldap: LDAPConfiguration) -> LoginHelper { LoginHelper(program: Self.program, .ldap(ldap)) }

    private func refusal(_ helper: LoginHelper, _ name: String, _ password: String) async -> Failure? {
        do throws(Failure) {
            _ = try await helper.login(name, password: password, from: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "who knows the password gets in, with the groups of the directory, over ldaps and StartTLS",
        arguments: [true, false])
    func good(secure: Bool) async throws {
        let slapd = try Slapd()
        let helper = helper(slapd.configuration(secure: secure))
        let anna = try await helper.login("anna", password: "correct horse", from: nil)
        #expect(anna.name == "anna" && anna.user == nil && anna.groups.sorted() == ["scientists", "staff"])
        #expect(try await helper.login("bert", password: "battery", from: nil).groups == ["staff"])
        // One person has one name, whatever the directory takes for the same.
        #expect(try await helper.login("BERT", password: "battery", from: nil).name == "bert")
        #expect(await refusal(helper, "be\u{AD}rt", "battery")?.reason == .unauthenticated)
        // Groups are closed to those who have not logged in, so nobody's are found without somebody who may read them.
        #expect(try await helper.account(named: "anna")?.groups == [])
        #expect(try await helper.account(named: "nobody") == nil)
    }

    @Test("somebody of the directory's own looks groups up, also for those who are not here")
    func reader() async throws {
        let slapd = try Slapd()
        var ldap = slapd.configuration()
        ldap.bindDN = "uid=reader,ou=people,dc=example,dc=org"
        ldap.bindPasswordFile = "\(slapd.folder)/secret"
        try slapd.write("secret", "staple\n")
        #expect(try await helper(ldap).account(named: "anna")?.groups.sorted() == ["scientists", "staff"])
        #expect(try await helper(ldap).login("bert", password: "battery", from: nil).groups == ["staff"])
        try slapd.write("secret", "wrong\n")
        #expect(await refusal(helper(ldap), "bert", "battery")?.reason == .unavailable)
    }

    @Test(
        "who does not is refused",
        arguments: [
            ("anna", "wrong"), ("anna", ""),  // an anonymous bind, which the directory accepts
            ("nobody", "battery"), ("", "battery"), ("*", "battery"), ("anna,ou=people", "correct horse"),
            ("anna)(uid=*", "x"), ("an\u{0}na", "correct horse"), ("anna", "correct horse\u{0}"),
            (String(repeating: "a", count: 257), "x"),
        ])
    func wrong(name: String, password: String) async throws {
        let slapd = try Slapd()
        let failure = await refusal(helper(slapd.configuration()), name, password)
        #expect(failure?.reason == .unauthenticated, "\(name): \(String(describing: failure))")
    }

    @Test("a directory that is not there, or not the right one, admits nobody and says so")
    func unreachable() async throws {
        let slapd = try Slapd()
        var other = slapd.configuration()
        other.authority = nil
        let untrusted = await refusal(helper(other), "anna", "correct horse")
        #expect(untrusted?.reason == .unavailable, "\(String(describing: untrusted))")
        var cached = slapd.configuration()
        cached.cacheSeconds = 60
        let helper = helper(cached)
        _ = try await helper.login("anna", password: "correct horse", from: nil)
        slapd.stop()
        // For a minute its word still counts; of somebody whom it was not asked about there is none.
        #expect(try await helper.login("anna", password: "correct horse", from: nil).groups.contains("staff"))
        #expect(await refusal(helper, "anna", "wrong")?.reason == .unavailable)
        let failure = await refusal(helper, "bert", "battery")
        #expect(failure?.reason == .unavailable && failure?.message.contains("nobody can be asked") == true)
        try slapd.start()
        #expect(try await helper.login("bert", password: "battery", from: nil).name == "bert")
    }

    @Test("a directory that accepts and says nothing is not waited for")
    func silent() async throws {
        let slapd = try Slapd()
        let listener = try TCPSocket.listen("127.0.0.1", port: slapd.port + 7)
        var ldap = slapd.configuration()
        ldap.url = "ldaps://127.0.0.1:\(slapd.port + 7)"
        ldap.timeoutMilliseconds = 300
        let begun = ContinuousClock.now
        #expect(await refusal(helper(ldap), "anna", "correct horse")?.reason == .unavailable)
        #expect(ContinuousClock.now - begun < .seconds(5))
        withExtendedLifetime(listener) {}
    }
}
