import AIUSystem
import Glibc
import Testing

/// One VM's user: gives one command after another and remembers what was acknowledged.
final class LoadSlot {
    let name: String
    /// One belief, or several after an interruption.
    private(set) var beliefs: Set<Belief> = [Belief()]
    private(set) var acknowledged = 0
    private var step: LoadStep?
    private var command: Held?
    private var number = 0

    init(_ name: String) { self.name = name }

    /// True while a command is under way.
    var isBusy: Bool { command != nil }

    var cloneName: String { "\(name)-copy" }

    /// Its files can be seen only after this.
    var wakingStep: LoadStep? {
        if beliefs.contains(where: \.isPaused) { return .resume }
        return beliefs.contains { $0.exists && !$0.isRunning } ? .start : nil
    }

    /// A step was done outside of the load.
    func did(_ step: LoadStep) { beliefs = Set(beliefs.map(step.after)) }

    var description: String { "\(name) \(step.map { "\($0)" } ?? "at rest")" }

    /// Takes in the end of a command, and gives the next one.
    func go(on machine: borrowing Machine, _ generator: inout SeededGenerator) throws {
        try collect(isInterrupted: false, on: machine)
        guard command == nil, let belief = beliefs.first else { return }
        number += 1
        guard let next = LoadStep.choices(belief, number: number).randomElement(using: &generator) else { return }
        let tagFile = "\(machine.state)/tag-\(name)"
        if case .copy(let tag) = next { try Files.replace(tagFile, with: Array(tag.utf8)) }
        step = next
        let errors = try FileDescriptor.open("\(machine.state)/errors-\(name)", O_RDWR | O_CREAT | O_TRUNC)
        command = Held(
            try machine.start(next.arguments(name, tagFile: tagFile), descriptors: [-1, errors.raw, errors.raw]))
    }

    /// Takes in the end of a command that may have been interrupted; false while it has not ended.
    @discardableResult
    func collect(isInterrupted: Bool, on machine: borrowing Machine) throws -> Bool {
        guard let command, let step else { return true }
        guard let outcome = try command.child.poll() else { return false }
        self.command = nil
        self.step = nil
        if outcome == .exited(0) {
            acknowledged += 1
            beliefs = Set(beliefs.map(step.after))
        } else {
            let errors = String(decoding: try Files.read("\(machine.state)/errors-\(name)"), as: UTF8.self)
            #expect(isInterrupted, "\(name): \(step) ended with \(outcome) although nothing was killed: \(errors)")
            beliefs = beliefs.reduce(into: []) { $0.formUnion(step.interrupted($1)) }
        }
        return true
    }

    /// What was seen settles what was uncertain; the files of a VM that does not run are not seen.
    func settle(_ seen: Belief, seed: String) {
        let fitting = beliefs.filter { belief in
            var belief = belief
            if !seen.filesAreSeen { belief.tag = nil }
            return belief == seen
        }
        #expect(!fitting.isEmpty, "\(seed): \(name) is \(seen), which is none of \(beliefs)")
        beliefs = fitting.isEmpty ? [seen] : fitting
    }
}
