import AIULogin
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("logins by PAM", .serialized)
struct PAMTests {
    private static func with(_ service: String, _ body: (LoginHelper) async throws -> Void) async throws {
        let folder = "/tmp/pam-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        try Files.makeFolder(folder)
        try Files.replace(
            "\(folder)/check",
            with: Array("#!/bin/sh\nIFS= read -r p || [ -n \"$p\" ]\n[ \"$p\" = 'correct horse' ]\n".utf8), mode: 0o755)
        try Files.replace("\(folder)/aiu", with: Array(service.replacing("FOLDER", with: folder).utf8), mode: 0o644)
        var pam = PAMConfiguration()
        pam.folder = folder
        pam.timeoutMilliseconds = 2000
        pam.cacheSeconds = 0
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(LoginHelper(program: LDAPTests.program, .pam(pam))))
        } catch {
            result = .failure(error)
        }
        try Files.removeTree(folder)
        try result.get()
    }

    /// A module that hands the password to a program of ours.
    private static let stack = """
        auth [success=1 default=ignore] pam_exec.so quiet expose_authtok FOLDER/check
        auth requisite pam_deny.so
        auth required pam_permit.so
        account required pam_permit.so
        """ + "\n"

    private func reason(_ helper: LoginHelper, _ name: String, _ password: String) async -> Failure.Reason? {
        do throws(Failure) {
            _ = try await helper.login(name, password: password, from: nil)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("the host's users get in with what PAM accepts, and have the host's groups")
    func stack() async throws {
        try await Self.with(Self.stack) { helper in
            let me = try #require(UserNames.name(of: geteuid()))
            let account = try await helper.login(me, password: "correct horse", from: nil)
            #expect(account.user == geteuid() && account.groups == UserNames.account(of: geteuid())?.groups)
            #expect(await reason(helper, me, "wrong") == .unauthenticated)
            // PAM accepts the password; this host has nobody of that name.
            #expect(await reason(helper, "nobody-of-ours", "correct horse") == .unauthenticated)
            #expect(try await helper.account(named: me)?.user == geteuid())
        }
    }

    @Test("a closed account, a broken service and a module that hangs admit nobody")
    func refused() async throws {
        let me = try #require(UserNames.name(of: geteuid()))
        try await Self.with("auth required pam_permit.so\naccount required pam_deny.so\n") { helper in
            #expect(await reason(helper, me, "x") == .unauthenticated)
        }
        try await Self.with("auth required pam_no_such_module.so\n") { helper in
            #expect(await reason(helper, me, "x") != nil)
        }
        try await Self.with("auth required pam_exec.so /bin/sleep 60\naccount required pam_permit.so\n") { helper in
            #expect(await reason(helper, me, "x") == .unavailable)
        }
    }
}
