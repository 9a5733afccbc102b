package import AIUSystem
internal import Glibc

/// How a VM's proxy is started, whoever does it.
package enum ProxyStart {
    /// `descriptors` are its log, the supervisor's socket, and the two that listen.
    package static func request(
        _ program: String, roots: String?, descriptors: [Int32], _ more: [String] = []
    ) -> SpawnRequest {
        var request = SpawnRequest(program, ["serve"] + more + (roots.map { ["--roots", $0] } ?? []))
        request.descriptors = [-1, -1] + descriptors
        request.newSession = true
        request.noNewPrivileges = true
        // It never outlives whoever has started it: nobody would know what it does.
        request.deathSignal = SIGKILL
        request.limits = [.init(resource: Int32(RLIMIT_CORE.rawValue), value: 0)]
        return request
    }
}
