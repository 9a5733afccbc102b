package import AIUWire

/// Why a request to the assistant came to nothing.
package enum AssistantError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The request cannot be done as it stands.
    case refused(OperationFailure.Reason, String)
    /// The other end of a connection went away.
    case closed(String)
    case connection(String, String)
    /// A part of the guest does not work.
    case broken(String)

    package var description: String {
        switch self {
        case .refused(_, let why): why
        case .closed(let purpose): "\(purpose): the other side went away"
        case .connection(let purpose, let why): "\(purpose): \(why)"
        case .broken(let why): why
        }
    }

    package var failure: OperationFailure {
        switch self {
        case .refused(let reason, let why): OperationFailure(reason, why)
        case .closed, .connection, .broken: OperationFailure(.internalError, description)
        }
    }
}
