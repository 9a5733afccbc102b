internal import AIUAudit
internal import AIUDigest
internal import AIUJSON
internal import AIUModel
internal import AIUStore
internal import AIUSupervisor
internal import AIUSystem

/// The policy of the state directory: put together, opened, and read again when somebody asks for it by a signal.
struct PolicyKeeping: Sendable {
    let keeper: PolicyKeeper
    private let log = Log("policy")

    init(_ directories: Directories, _ store: SQLiteStore) {
        let log = log
        keeper = PolicyKeeper(
            store: store, file: PolicyFileOnDisk(path: directories.policy),
            people: PolicyPeople(
                lookUp: { user in
                    UserNames.account(of: user).map { .init(name: $0.name, groups: $0.groups) }
                }, steady: { ContinuousClock.now - Services.beginning }),
            digest: { SHA256.hex(of: $0) }, clock: { Timestamp.now.milliseconds }, log: { log.warning($0) })
    }

    /// What was edited while no supervisor ran is recorded like any other apply.
    func open(_ audit: AuditLog) throws(Failure) {
        let news = try keeper.open { (take: () throws(Failure) -> [String]) throws(Failure) in
            try Self.recorded("at the start", audit) { () throws(Failure) in try take() }
        }
        for line in news { log.warning(line) }
    }

    func reload(_ supervisor: Supervisor, _ audit: AuditLog) async {
        do throws(Failure) {
            let (number, entry) = try Self.begin("a signal", audit)
            do throws(Failure) {
                let outcome = try await supervisor.apply(ApplyPolicy(reload: true), by: "a signal (SIGHUP)")
                audit.end(number, entry, nil)
                log.info("version \(outcome.version) of the policy is in force")
            } catch {
                audit.end(number, entry, error)
                throw error
            }
        } catch {
            log.error("\(error)")
        }
    }

    private static func begin(_ why: String, _ audit: AuditLog) throws(Failure) -> (Int64, AuditEntry) {
        let entry = AuditEntry(
            actor: .supervisor, action: "applyPolicy", detail: ["reload": true, "because": .string(why)])
        return (try audit.begin(entry), entry)
    }

    private static func recorded<Result>(
        _ why: String, _ audit: AuditLog, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let (number, entry) = try begin(why, audit)
        do throws(Failure) {
            let result = try body()
            audit.end(number, entry, nil)
            return result
        } catch {
            audit.end(number, entry, error)
            throw error
        }
    }
}
