internal import AIUModel
internal import AIUNetLink
internal import AIUSandbox

extension Startup {
    /// A file of certificates that proxies trust beside the host's own.
    static var egressRoots: String? { environment("AIU_EGRESS_ROOTS") }

    /// The program that keeps, apart from this one, what privileges over networks there are. While there are still any.
    static func networks() -> Result<NetHelper, NetProblem> {
        let lacking = zip(["CAP_SYS_ADMIN", "CAP_NET_ADMIN"], Confinement.networkPrivileges).filter {
            !DaemonPrivileges.holds($0.1)
        }
        guard lacking.count < Confinement.networkPrivileges.count else {
            return .failure(
                NetProblem(
                    "this aiud has no \(lacking.map { $0.0 }.joined(separator: " and no ")), which network namespaces "
                        + "and cards take; start it as root"))
        }
        do {
            return .success(
                try NetHelper(program: program("aiu-net"), proxy: program("aiu-egress"), roots: egressRoots))
        } catch {
            return .failure(NetProblem("aiu-net does not start: \(error)"))
        }
    }
}
