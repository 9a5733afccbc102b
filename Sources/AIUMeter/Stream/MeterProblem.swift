package import AIUModel

/// Why a stream was ended before its end.
package enum MeterProblem: Error, Equatable, Sendable {
    /// What the guest sent cannot be, or cannot be allowed.
    case guest(String)
    /// The guest closed the stream, or said nothing any more.
    case guestGone(String)
    case clientGone
    /// Tokens cannot be counted or granted: nothing more is let through.
    case refused(Failure)
}
