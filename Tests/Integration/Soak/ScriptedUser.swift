import AIUSystem
import Glibc
import Testing

/// Gives the same commands over and over, one after another, and notes each that ended otherwise than it should.
final class ScriptedUser {
    /// One command and how it must end.
    struct Command {
        enum Ending {
            case status(Int32)
            /// The user kills the client in the middle of it.
            case abandoned(after: Duration)
        }

        let arguments: [String]
        var ending = Ending.status(0)
    }

    private(set) var acknowledged = 0
    private let name: String
    private let script: [Command]
    private var next = 0
    private var held: Held?
    private var killMoment: ContinuousClock.Instant?

    init(_ name: String, _ script: [Command]) {
        self.name = name
        self.script = script
    }

    var description: String { "\(name): \(script[next].arguments.joined(separator: " "))" }

    /// True between two rounds of the script.
    var isAtRest: Bool { held == nil && next == 0 }

    /// Takes in the end of a command, and gives the next one.
    func go(on machine: borrowing Machine) throws {
        if try collect(on: machine) { try begin(on: machine) }
    }

    /// Goes on until the script's end, and then no further.
    func finish(on machine: borrowing Machine) throws {
        if try collect(on: machine), next != 0 { try begin(on: machine) }
    }

    private func begin(on machine: borrowing Machine) throws {
        let command = script[next]
        let errors = try FileDescriptor.open(errorsPath(machine), O_RDWR | O_CREAT | O_TRUNC)
        held = Held(try machine.start(command.arguments, descriptors: [-1, -1, errors.raw]))
        if case .abandoned(let delay) = command.ending { killMoment = .now + delay }
    }

    /// False while a command is under way.
    private func collect(on machine: borrowing Machine) throws -> Bool {
        guard let held else { return true }
        if let moment = killMoment, .now > moment {
            try held.child.signal(SIGKILL)
            killMoment = nil
        }
        guard let outcome = try held.child.poll() else { return false }
        let command = script[next]
        switch command.ending {
        case .status(let status) where outcome == .exited(status): acknowledged += 1
        case .abandoned where outcome == .killed(signal: SIGKILL): acknowledged += 1
        case .status, .abandoned:
            let errors = String(decoding: try Files.read(errorsPath(machine)), as: UTF8.self)
            Issue.record("\(name): aiu \(command.arguments.joined(separator: " ")) ended with \(outcome): \(errors)")
        }
        self.held = nil
        killMoment = nil
        next = (next + 1) % script.count
        return true
    }

    private func errorsPath(_ machine: borrowing Machine) -> String { "\(machine.state)/errors-\(name)" }
}
