// Asks a directory, or PAM, who somebody is: one order on descriptor 0, one answer on descriptor 1. `aiud` calls it.
internal import AIUDirectory
internal import AIUJSON
internal import AIULogin
internal import AIUSystem
internal import Glibc

/// The answer to an order that may be anything.
func answer() -> LoginAnswer {
    do {
        let bytes = try FileDescriptor(owning: STDIN_FILENO).readToEnd(limit: LoginOrder.longest)
        let order = try JSONText.decode(LoginOrder.self, from: bytes)
        if let ldap = order.ldap { return LDAPDirectory(ldap).ask(order.name, password: order.password) }
        if let pam = order.pam, let password = order.password {
            return PAMCheck(pam).ask(order.name, password: password)
        }
        return LoginAnswer(.unavailable, reason: "aiu-login was asked for nothing that it can do")
    } catch {
        return LoginAnswer(.unavailable, reason: "aiu-login was not understood: \(error)")
    }
}

signal(SIGPIPE, SIG_IGN)
// A core would hold a password.
var none = rlimit(rlim_cur: 0, rlim_max: 0)
_ = unsafe setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
do {
    try FileDescriptor(owning: STDOUT_FILENO).writeAll(try JSONText.encode(answer()))
} catch {
    exit(1)
}
