internal import AIUSystem
package import AIUWire

/// What the guest lives by now: read at boot, changed by the host's orders while it runs.
package final class LiveConfiguration {
    private let context: GuestContext
    private let file: ConfigurationFile
    private let zone: TimeZoneFile
    private var current: GuestConfiguration?
    /// Why the document that came with the disk is not used.
    private var readProblem: String?
    private var zoneProblem: String?
    /// Called after another document came into force.
    package var onChange: (() -> Void)?

    /// Reads the file and lives by it as far as possible.
    package init(
        context: GuestContext, file: ConfigurationFile = ConfigurationFile(), zone: TimeZoneFile = TimeZoneFile()
    ) {
        self.context = context
        self.file = file
        self.zone = zone
        do throws(SystemError) {
            let configuration = GuestConfiguration(try file.read())
            current = configuration
            readProblem = configuration.problem.map { "\(file.path) is not usable: \($0); defaults are used" }
            zoneProblem = configuration.timezone.flatMap(use).map { "\($0); UTC is used" }
        } catch {
            readProblem = "\(error); defaults are used"
        }
    }

    /// Empty when there is no document.
    package var digest: String { current?.digest ?? "" }

    /// Whether anything outside may be reached.
    package var reachesOut: Bool { current?.reachesOut ?? false }

    package var problems: [String] { [readProblem, zoneProblem].compactMap { $0 } }

    /// Takes another document over, wholly or not at all. What runs goes on; commands that start later find it.
    package func apply(_ order: ConfigurationOrder) -> ConfiguredAnswer {
        let next = GuestConfiguration(order.document)
        if let problem = next.problem ?? use(next.timezone ?? "UTC") { return refuse(order, problem) }
        do throws(SystemError) {
            try file.write(order.document)
        } catch {
            if let former = current?.timezone { _ = use(former) }
            return refuse(order, "\(error)")
        }
        let applied = next.changes(from: current)
        current = next
        readProblem = nil
        zoneProblem = nil
        onChange?()
        context.journal.info(
            "configuration \(order.revision) is in force"
                + (applied.isEmpty ? "" : "; changed: \(applied.joined(separator: ", ").prefix(512))"))
        return ConfiguredAnswer(
            revision: order.revision, digest: next.digest,
            applied: applied.filter { $0.utf8.count <= ConfiguredAnswer.longestField }
                .prefix(ConfiguredAnswer.mostFields).map { $0 })
    }

    private func refuse(_ order: ConfigurationOrder, _ problem: String) -> ConfiguredAnswer {
        context.journal.warning("configuration \(order.revision) is refused: \(problem.prefix(512))")
        // A character has at most four bytes.
        let reason = String(
            String.UnicodeScalarView(problem.unicodeScalars.prefix(ConfiguredAnswer.longestRefusal / 4)))
        return ConfiguredAnswer(revision: order.revision, digest: digest, applied: [], refusal: reason)
    }

    /// Makes a zone the one of the guest and of the commands that start from now on; the problem when it cannot be.
    private func use(_ name: String) -> String? {
        if let problem = zone.apply(name) { return problem }
        context.settings.environment = ["TZ=\(name)"]
        return nil
    }
}
