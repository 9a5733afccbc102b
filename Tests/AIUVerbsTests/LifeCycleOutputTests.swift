import AIUCommandLine
import AIUJSON
import AIUModel
import AIUSystem
import AIUVerbs
import Testing

@Suite("What people see of the whole life cycle")
struct LifeCycleOutputTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func view(_ name: String, _ change: (inout VMRecord) throws -> Void) throws -> VMView {
        var record = VMRecord(
            id: try #require(VMID("0123456789ab")), name: try #require(VMName(name)), ephemeral: false,
            flavour: "micro", image: "abcd",
            resources: VMResources(processors: 1, memory: .mebibytes(256), storage: .gibibytes(4)),
            configuration: "{}", configurationDigest: "ff", phase: .stopped, contextID: 3,
            created: Self.now.milliseconds - 7_200_000)
        try change(&record)
        return VMView(record: record)
    }

    @Test("labels and protection stand in the table when there are any")
    func labels() throws {
        let views = [
            try view("notes") {
                $0.protected = true
                $0.labels = try Labels().changed(by: ["tier": "test", "team": "docs"])
            }, try view("work") { $0.phase = .paused },
        ]
        #expect(
            VMTable.render(views, now: Self.now, width: nil, style: .plain) == """
                NAME   STATE                CPUS  MEMORY  DISK  UP  CREATED      LABELS
                notes  stopped (protected)     1   256MB   4GB      2 hours ago  team=docs, tier=test
                work   paused                  1   256MB   4GB      2 hours ago

                """)
    }

    @Test("deleted VMs say how long they are kept")
    func deleted() throws {
        let kept = try view("notes") {
            $0.phase = .deleted
            $0.deleted = Self.now.milliseconds - 60_000
            // A moment less than a week.
            $0.keptUntil = Self.now.milliseconds + 7 * 86_400_000 - 10
        }
        #expect(
            VMTable.deleted([kept], now: Self.now, width: nil, style: .plain).hasPrefix(
                """
                NAME   IDENTIFIER    DISK  DELETED       KEPT
                notes  0123456789ab   4GB  1 minute ago  for 7 days

                """))
        #expect(VMTable.deleted([], now: Self.now, width: nil, style: .plain) == "no deleted VM is kept\n")
    }

    @Test("a sweep is what goes, what stays and why, and how much room that gives")
    func prune() {
        let items: [PruneReport.Item] = [
            .init(kind: .deletedVM, name: "notes", size: .mebibytes(3)),
            .init(kind: .strayFolder, name: "vms/\u{1B}[31m", size: .mebibytes(1)),
            .init(kind: .image, name: "micro", size: .mebibytes(90), problem: "in use"),
        ]
        let text = PruneTable.render(PruneReport(dryRun: true, items: items), width: nil, style: .plain)
        #expect(text.hasSuffix("\n2 things would go, 4 MB in all\n"))
        #expect(text.contains("image         micro") && text.contains("in use") && !text.contains("\u{1B}"))
        let done = PruneReport(dryRun: false, items: [items[0]])
        #expect(PruneTable.render(done, width: nil, style: .plain).hasSuffix("\n1 thing is gone, 3 MB in all\n"))
        #expect(
            PruneTable.render(PruneReport(dryRun: true, items: []), width: nil, style: .plain)
                == "there is nothing to sweep away\n")
    }

    @Test("a change of configuration says before, after and when")
    func outcome() throws {
        let name = try #require(VMName("notes"))
        let changes = [
            FieldChange(field: "location", before: nil, after: #""here""#, effect: .live),
            FieldChange(
                field: "resources.ram", before: #""256MB""#, after: #""1GB""#, effect: .needsRestart,
                reason: "memory is given at the start"),
        ]
        let outcome = ConfigurationOutcome(dryRun: false, changes: changes, revision: 4, confirmed: true)
        #expect(
            OutcomeText.render(outcome, of: name, width: nil, style: .plain) == """
                'notes' has revision 4, confirmed by its agent; `aiu restart notes` brings the rest:
                FIELD          BEFORE   AFTER   EFFECT
                location       –        "here"  at once
                resources.ram  "256MB"  "1GB"   after a restart
                resources.ram: memory is given at the start

                """)
        let none = ConfigurationOutcome(dryRun: false, changes: [], revision: 4, confirmed: false)
        #expect(OutcomeText.render(none, of: name, width: nil, style: .plain).contains("already"))
    }

    @Test("configurations over time, the newest first")
    func history() {
        let revisions = [
            ConfigurationRevision(
                revision: 12, time: Self.now.milliseconds, state: .refused, document: "{}",
                digest: "abcdef0123456789", note: "the agent said\nno")
        ]
        #expect(
            RevisionTable.render(revisions, now: Self.now, width: nil, style: .plain) == """
                REVISION  WHEN      STATE    DIGEST        NOTE
                      12  just now  refused  abcdef012345  the agent said\\nno

                """)
    }

    @Test(
        "fields are plain for scripts", arguments: [("\"a b\"", "a b"), ("3", "3"), ("[1,2]", "[1,2]"), ("null", "")])
    func plain(_ row: (String, String)) throws {
        #expect(ConfigText.plain(try JSON(parsing: row.0)) == row.1)
    }

    @Test(
        "a field or assignment that is none is refused with the nearest", arguments: ["locaton=x", "resources.rm=1GB"])
    func nearest(word: String) {
        #expect {
            _ = try ConfigText.assignment(word)
        } throws: {
            Problem($0).status == 64 && Problem($0).message.contains("did you mean")
        }
    }
}
