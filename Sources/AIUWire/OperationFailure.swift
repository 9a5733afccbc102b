/// Why an operation did not happen, in words for the person who asked.
package struct OperationFailure: Error, Codable, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Codable, Sendable {
        case invalid, notFound, notExecutable, denied, exists, noSpace, busy, io, unsupported, unavailable,
            internalError,
            /// A budget or a quota is used up. Only the host says so.
            exhausted
    }

    package var reason: Reason
    package var message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
