internal import AIUModel

/// A request for another configuration, resolved against what a VM lives by: what would be changed, and to what.
struct ConfigurationChange {
    let next: AIUConfig
    let plan: ConfigPlan
    /// Where the new document came from, when the history should say so.
    let note: String?

    /// `revision` gives the document of an earlier revision, nil when it is not kept.
    init(
        _ request: ApplyConfiguration, to record: VMRecord, isRunning: Bool,
        revision: (Int) throws(Failure) -> String?
    ) throws(Failure) {
        if let expected = request.expectedRevision, expected != record.configurationRevision {
            throw Failure(
                .conflict,
                "its configuration is at revision \(record.configurationRevision), not \(expected): somebody changed "
                    + "it meanwhile; `aiu config get \(record.name)` shows it")
        }
        let former = try Self.former(of: record)
        switch (request.document, request.changes, request.rollbackTo) {
        case (let document?, nil, nil):
            // A document that says nothing of it leaves the disk as it is.
            var base = AIUConfig.default
            base.resources.encryption = former.resources.encryption
            next = try Self.checked { () throws(ConfigError) in try AIUConfig.parse(Array(document.utf8), over: base) }
            note = nil
        case (nil, let changes?, nil):
            next = try Self.checked { () throws(ConfigError) in try former.merging(Array(changes.utf8)) }
            note = nil
        case (nil, nil, let number?):
            guard let document = try revision(number) else {
                throw Failure(
                    .notFound,
                    "there is no revision \(number) of it; `aiu config history \(record.name)` shows those there are")
            }
            next = try Self.checked { () throws(ConfigError) in try AIUConfig.parse(Array(document.utf8)) }
            note = "as in revision \(number)"
        default:
            throw Failure(.invalid, "say one of: a whole document, changes, or the revision to go back to")
        }
        plan = ConfigPlan(from: former, to: next, isRunning: isRunning, startedWith: record.resources)
    }

    /// It changes the models, or the memory that they need.
    var concernsModels: Bool {
        plan.changes.contains { $0.field.hasPrefix("custom_parameters.models") || $0.field == "resources.ram" }
    }

    /// Refuses what cannot be done, each field with its reason.
    func requirePossible() throws(Failure) {
        guard !plan.refused.isEmpty else { return }
        let fields = plan.refused.map { "`\($0.field)` cannot become \($0.after ?? "absent"): \($0.reason ?? "")" }
        throw Failure(.invalid, "\(fields.joined(separator: "; ")); nothing is changed")
    }

    /// The document that a row holds.
    static func former(of record: VMRecord) throws(Failure) -> AIUConfig {
        do throws(ConfigError) {
            return try AIUConfig.parse(Array(record.configuration.utf8))
        } catch {
            throw Failure(.damaged, "its configuration in the database cannot be read: \(error)")
        }
    }

    private static func checked(_ parse: () throws(ConfigError) -> AIUConfig) throws(Failure) -> AIUConfig {
        do throws(ConfigError) {
            return try parse()
        } catch {
            throw Failure(.invalid, "\(error)")
        }
    }
}
