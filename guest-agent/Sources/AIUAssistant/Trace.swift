internal import AIUJSON
internal import AIUWire

/// The stages of one prompt as they end, told to the person at once.
final class Trace {
    private let person: any Person
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var last: ContinuousClock.Instant

    init(_ person: any Person) {
        self.person = person
        start = clock.now
        last = start
    }

    var milliseconds: Double { (clock.now - start) / .milliseconds(1) }

    /// Says that a stage has ended.
    func ended(_ stage: StageReport.Stage, _ summary: String, _ detail: JSON? = nil) throws(AssistantError) {
        let now = clock.now
        let report = StageReport(
            stage: stage, milliseconds: (now - last) / .milliseconds(1), summary: summary, detail: detail)
        last = now
        try person.tell(.stage(report))
    }
}
