package import AIUModel
package import AIUWire

/// Where in its life a VM is, with what exists in each state. Advanced only by `applying`.
package enum Lifecycle: Equatable, Sendable {
    case creating
    case stopped
    case starting
    /// Without a hello after a restart of the supervisor, until the agent dials again.
    case running(Hello?)
    case stopping
    case failed(String)
    case deleting

    package enum Event: Equatable, Sendable {
        case created
        case start
        case agentReady(Hello)
        case adopted
        case agentLost
        case stop
        case ended
        case broke(String)
        case delete(force: Bool)
    }

    /// The state after an event, or why the event is refused here.
    package func applying(_ event: Event) throws(Failure) -> Lifecycle {
        switch (self, event) {
        case (.creating, .created): .stopped
        case (.stopped, .start), (.failed, .start): .starting
        case (.starting, .agentReady(let hello)), (.running, .agentReady(let hello)): .running(hello)
        case (.starting, .adopted), (.running, .adopted), (.stopping, .adopted): .running(nil)
        case (.running, .agentLost): .running(nil)
        case (.starting, .stop), (.running, .stop): .stopping
        case (.running, .ended), (.stopping, .ended), (.starting, .ended): .stopped
        case (.creating, .broke(let reason)), (.starting, .broke(let reason)), (.running, .broke(let reason)),
            (.stopping, .broke(let reason)):
            .failed(reason)
        case (.stopped, .delete), (.failed, .delete): .deleting
        case (.running, .start): throw Failure(.conflict, "it is running already")
        case (.stopped, .stop), (.failed, .stop): throw Failure(.conflict, "it is not running")
        case (.running, .delete): throw Failure(.conflict, "it is running; stop it first, or delete it with --force")
        case (.creating, _), (.starting, _), (.stopping, _), (.deleting, _):
            throw Failure(.busy, "it is \(phase.rawValue); try again in a moment")
        case (.stopped, _), (.running, _), (.failed, _):
            throw Failure(.conflict, "it is \(phase.rawValue)")
        }
    }

    package var phase: VMPhase {
        switch self {
        case .creating: .creating
        case .stopped: .stopped
        case .starting: .starting
        case .running: .running
        case .stopping: .stopping
        case .failed: .failed
        case .deleting: .deleting
        }
    }

    package var failure: String? {
        if case .failed(let reason) = self { reason } else { nil }
    }

    package var hello: Hello? {
        if case .running(let hello) = self { hello } else { nil }
    }
}
