package import AIUSystem

/// Why a request to the process with the models failed.
package enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody answers at the socket.
    case unreachable(SystemError)
    /// The connection ended in the middle: the process crashed or was stopped.
    case lost(String)
    /// What came is not an answer to what was asked.
    case malformed(String)
    case refused(InferenceFailure)
    /// The request does not fit a message.
    case tooLong(Int)

    package var description: String {
        switch self {
        case .unreachable(let error): "the language engine does not answer: \(error)"
        case .lost(let reason): "the language engine went away in the middle of a request (\(reason)); ask again"
        case .malformed(let reason): "the language engine answered something else than was asked: \(reason)"
        case .refused(let failure): failure.message
        case .tooLong(let bytes): "a request of \(bytes) bytes is too long for the language engine; make it smaller"
        }
    }
}
