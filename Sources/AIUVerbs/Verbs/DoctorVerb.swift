internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiu doctor`. Works, with less to say, when aiud does not.
struct DoctorVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        session.client.starter = nil
        // Starting libguestfs's appliance takes its time where it is emulated on a busy host.
        try session.limitWaits(usually: .seconds(300))
        var checks: [HealthCheck] = []
        do throws(ClientError) {
            let theirs: [HealthCheck] = try session.progress("examining this machine") { () throws(ClientError) in
                try session.client.value(Calls.health)
            }
            checks.append(HealthCheck("aiud", .good, "answers at \(directories.socket)"))
            checks += theirs
        } catch {
            checks.append(Self.check(for: error))
            checks += localChecks()
        }
        try session.answer(
            try JSON(encoding: checks), names: { checks.filter { $0.verdict != .good }.map(\.name) },
            table: { HealthReport.render(checks, style: session.style) })
        return checks.contains { $0.verdict == .bad } ? ExitCode.failure.rawValue : ExitCode.ok.rawValue
    }

    private var directories: Directories { session.client.place.directories }

    private static func check(for error: ClientError) -> HealthCheck {
        switch error {
        case .notRunning:
            HealthCheck(
                "aiud", .warning, "does not run, so only a part can be examined",
                remedy: "`aiu system start`, then `aiu doctor` again")
        case .otherVersion:
            HealthCheck("aiud", .bad, error.description, remedy: "`aiu system stop`, then `aiu doctor` again")
        case _:
            HealthCheck("aiud", .bad, error.description, remedy: "`aiu system stop` and `aiu system start`")
        }
    }

    /// What can be seen from here.
    private func localChecks() -> [HealthCheck] {
        [program, stateDirectory, kvm]
    }

    private var program: HealthCheck {
        do throws(ClientError) {
            return HealthCheck("program", .good, "aiud is \(try SupervisorStarter().find())")
        } catch {
            return HealthCheck("program", .bad, error.description, remedy: "`make build`, or set PATH")
        }
    }

    private var stateDirectory: HealthCheck {
        let path = directories.state
        if unsafe access(path, R_OK | W_OK | X_OK) == 0 { return HealthCheck("state", .good, path) }
        guard Errno.current == .noSuchFile else {
            return HealthCheck(
                "state", .bad, "\(path): \(Errno.current)", remedy: "choose another directory with --state or AIU_STATE"
            )
        }
        return HealthCheck("state", .warning, "\(path) does not exist yet", remedy: "`aiu system start` makes it")
    }

    private var kvm: HealthCheck {
        if unsafe access("/dev/kvm", R_OK | W_OK) == 0 {
            return HealthCheck("kvm", .good, "/dev/kvm can be opened; aiud tries whether guests boot under it")
        }
        let code = Errno.current
        if code == .noSuchFile {
            return HealthCheck("kvm", .warning, "/dev/kvm is not there, so VMs are emulated, which is slow")
        }
        return HealthCheck(
            "kvm", .warning, "/dev/kvm: \(code), so VMs are emulated, which is slow",
            remedy: "let your user use it: `sudo usermod -aG kvm $USER`, then log in again")
    }
}
