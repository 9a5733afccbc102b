import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

/// One kill of the supervisor in the middle of several users' work, and the look at what is left.
struct ChaosRound {
    let label: String
    /// How long the users work before the kill.
    let delay: Duration

    /// The status of `aiu` when what it was to look at is not there.
    private static let noSuchFile: Int32 = 66
    private static let limit: Duration = .seconds(90)

    func run(_ slots: [LoadSlot], on machine: borrowing Machine, _ generator: inout SeededGenerator) throws {
        let stream = try watchedStream(machine)
        let moment = ContinuousClock.now + delay
        while .now < moment {
            for slot in slots { try slot.go(on: machine, &generator) }
            usleep(2_000)
        }
        kill(try machine.supervisor(), SIGKILL)
        let deadline = ContinuousClock.now + Self.limit
        while !(try slots.allSatisfy { try $0.collect(isInterrupted: true, on: machine) }) {
            try #require(.now < deadline, "\(label): a command hangs after the kill: \(slots.map(\.description))")
            usleep(5_000)
        }
        try expectEnd(of: stream, deadline)
        try check(slots, machine)
    }

    /// A command's stream in a VM that nobody else touches: its owner must be told.
    private func watchedStream(_ machine: borrowing Machine) throws -> Held {
        Held(try machine.start(["exec", "witness", "--", "sleep", "600"]))
    }

    private func expectEnd(of stream: Held, _ deadline: ContinuousClock.Instant) throws {
        while .now < deadline {
            if let outcome = try stream.child.poll() {
                #expect(outcome != .exited(0), "\(label): a lost stream looked like success")
                return
            }
            usleep(5_000)
        }
        try stream.child.signal(SIGKILL)
        Issue.record("\(label): the owner of a stream was not told")
    }

    /// Starts what is stopped, so that its files can be looked at.
    func expectFiles(of slots: [LoadSlot], on machine: borrowing Machine) throws {
        for slot in slots {
            guard let step = slot.wakingStep else { continue }
            let result = try machine.aiu(step.arguments(slot.name, tagFile: ""))
            #expect(result.status == 0, "\(label): \(result.errors)")
            slot.did(step)
        }
        try check(slots, machine)
    }

    private func check(_ slots: [LoadSlot], _ machine: borrowing Machine) throws {
        let settled = try machine.eventually {
            try machine.views().allSatisfy { Self.isSettled($0) }
        }
        let found = try machine.views()
        #expect(
            settled,
            "\(label): in \(machine.state) \(found.map { "\($0.record.name) \($0.record.phase)" }) after a minute")
        #expect(
            Set(found.map(\.record.name.text)).isSubset(
                of: Set(slots.flatMap { [$0.name, $0.cloneName] } + ["witness"])), "\(label)")
        for slot in slots {
            let view = found.first { $0.record.name.text == slot.name }
            var seen = try belief(view, slot, machine)
            seen.hasClone = found.contains { $0.record.name.text == slot.cloneName }
            slot.settle(seen, seed: label)
        }
        try expectNothingLeftOver(found, machine)
    }

    private func belief(_ view: VMView?, _ slot: LoadSlot, _ machine: borrowing Machine) throws -> Belief {
        guard let view else { return Belief() }
        let phase = view.record.phase
        var belief = Belief(exists: true, isRunning: phase == .running || phase == .paused, isPaused: phase == .paused)
        let limit = try AIUConfig.parse(Array(view.record.configuration.utf8)).tokenLimits.responseMax
        belief.limit = LoadStep.limits.contains(limit) ? limit : nil
        let copy = "\(machine.state)/seen-\(slot.name)"
        // Looking into the disk of a stopped VM takes libguestfs half a minute, emulated; its next start will tell.
        guard belief.filesAreSeen else { return belief }
        let result = try machine.aiu("cp", "\(slot.name):/workspace/tag", copy)
        if result.status == 0 {
            belief.tag = String(decoding: try Files.read(copy), as: UTF8.self)
        } else {
            #expect(result.status == Self.noSuchFile, "\(label): \(result.errors)")
        }
        return belief
    }

    private static func isSettled(_ view: VMView) -> Bool {
        switch view.record.phase {
        case .running: view.agent != nil
        case .stopped, .failed, .paused, .deleted: true
        case .creating, .starting, .stopping, .deleting: false
        }
    }

    private func expectNothingLeftOver(_ views: [VMView], _ machine: borrowing Machine) throws {
        let all = Set(views.map(\.record.id.text))
        let running = Set(
            views.filter { $0.record.phase == .running || $0.record.phase == .paused }.map(\.record.id.text))
        let folders = Set(try Files.names(in: "\(machine.state)/vms"))
        #expect(folders == all, "\(label): folders of nobody, or VMs without a folder")
        #expect(Set(try Files.names(in: "\(machine.state)/run/vm")) == running, "\(label): sockets of nobody")
        for program in ["qemu-system", "aiu-vsockd"] {
            // A supervisor that has just started may examine QEMU, which ends; what an earlier one left does not.
            var processes: [String] = []
            let isClean = try machine.eventually {
                processes = try machine.processes().filter {
                    $0.split(separator: " ").first?.contains(program) == true
                }
                return processes.count == running.count
            }
            #expect(isClean, "\(label): \(processes.count) of \(program) for \(running.count) VMs: \(processes)")
        }
    }
}
