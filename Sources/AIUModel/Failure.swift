/// Why something could not be done: a reason for programs and a sentence for people. Crosses every seam and the API.
package struct Failure: Error, Equatable, Sendable, Codable, CustomStringConvertible {
    package enum Reason: String, Codable, Sendable, CaseIterable {
        /// The request itself is wrong.
        case invalid
        case notFound
        /// The name is taken, or the thing is in a state that does not allow this.
        case conflict
        /// Someone else is changing it right now; trying again helps.
        case busy
        case denied
        /// Who asks is not known: no token, password or certificate that is good.
        case unauthenticated
        case noSpace
        /// A budget or a quota is used up.
        case exhausted
        case timedOut
        /// A part that is needed is not there: QEMU, libguestfs, the image, the guest's agent.
        case unavailable
        /// What is stored is not what was stored: a digest does not match.
        case damaged
        case unsupported
        case internalError
    }

    package let reason: Reason
    package let message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
