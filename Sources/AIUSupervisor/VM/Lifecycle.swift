package import AIUModel
package import AIUWire

/// Where in its life a VM is, with what exists in each state. Advanced only by `applying`.
package enum Lifecycle: Equatable, Sendable {
    case creating
    case stopped
    case starting
    /// Without a hello after a restart of the supervisor, until the agent dials again.
    case running(Hello?)
    /// As `running`, its processors held.
    case paused(Hello?)
    case stopping
    case failed(String)
    case deleting
    /// Out of sight; its disk is there until its time has come.
    case deleted

    package enum Event: Equatable, Sendable {
        case created
        case start
        case agentReady(Hello)
        case adopted(paused: Bool)
        case agentLost
        case pause
        case resume
        case stop
        case ended
        case broke(String)
        /// Its disk is kept.
        case delete
        case recover
        /// For good; again when the first attempt broke.
        case purge
    }

    /// The state after an event, or why the event is refused here.
    package func applying(_ event: Event) throws(Failure) -> Lifecycle {
        switch (self, event) {
        case (.creating, .created): .stopped
        case (.stopped, .start), (.failed, .start): .starting
        case (.starting, .agentReady(let hello)), (.running, .agentReady(let hello)): .running(hello)
        case (.paused, .agentReady(let hello)): .paused(hello)
        case (.starting, .adopted(let held)), (.running, .adopted(let held)), (.paused, .adopted(let held)),
            (.stopping, .adopted(let held)):
            held ? .paused(nil) : .running(nil)
        case (.running, .agentLost): .running(nil)
        case (.paused, .agentLost): .paused(nil)
        case (.running(let hello), .pause), (.paused(let hello), .pause): .paused(hello)
        case (.paused(let hello), .resume), (.running(let hello), .resume): .running(hello)
        case (.starting, .stop), (.running, .stop), (.paused, .stop): .stopping
        case (.running, .ended), (.paused, .ended), (.stopping, .ended), (.starting, .ended): .stopped
        case (.creating, .broke(let reason)), (.starting, .broke(let reason)), (.running, .broke(let reason)),
            (.paused, .broke(let reason)), (.stopping, .broke(let reason)):
            .failed(reason)
        case (.stopped, .delete), (.failed, .delete): .deleted
        case (.deleted, .recover): .stopped
        case (.stopped, .purge), (.failed, .purge), (.deleted, .purge), (.deleting, .purge): .deleting
        default: throw refusal(of: event)
        }
    }

    /// One sentence for each thing that cannot be done here.
    private func refusal(of event: Event) -> Failure {
        switch (self, event) {
        case (.running, .start): Failure(.conflict, "it is running already")
        case (.paused, .start): Failure(.conflict, "it is paused; `aiu resume` lets it go on")
        case (.stopped, .stop), (.failed, .stop): Failure(.conflict, "it is not running")
        case (.stopped, .pause), (.failed, .pause), (.stopped, .resume), (.failed, .resume):
            Failure(.conflict, "it is not running; `aiu start` starts it")
        case (.running, .delete), (.running, .purge), (.paused, .delete), (.paused, .purge):
            Failure(.conflict, "it is \(phase.rawValue); stop it first, or delete it with --force")
        case (.creating, _), (.starting, _), (.stopping, _), (.deleting, _):
            Failure(.busy, "it is \(phase.rawValue); try again in a moment")
        case (.stopped, _), (.running, _), (.paused, _), (.failed, _), (.deleted, _):
            Failure(.conflict, "it is \(phase.rawValue)")
        }
    }

    package var phase: VMPhase {
        switch self {
        case .creating: .creating
        case .stopped: .stopped
        case .starting: .starting
        case .running: .running
        case .paused: .paused
        case .stopping: .stopping
        case .failed: .failed
        case .deleting: .deleting
        case .deleted: .deleted
        }
    }

    package var failure: String? {
        if case .failed(let reason) = self { reason } else { nil }
    }

    package var hello: Hello? {
        switch self {
        case .running(let hello), .paused(let hello): hello
        case .creating, .stopped, .starting, .stopping, .failed, .deleting, .deleted: nil
        }
    }
}

extension Lifecycle {
    /// The state that a row of the database speaks of.
    init(remembered record: VMRecord) {
        self =
            switch record.phase {
            case .creating: .creating
            case .stopped: .stopped
            case .starting: .starting
            case .running: .running(nil)
            case .paused: .paused(nil)
            case .stopping: .stopping
            case .failed: .failed(record.failure ?? "the reason was not recorded")
            case .deleting: .deleting
            case .deleted: .deleted
            }
    }
}
