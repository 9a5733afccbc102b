package import AIUSystem
package import AIUWire

/// Why a file or tree could not be copied.
package struct TransferError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: OperationFailure.Reason
    package let path: String
    package let explanation: String

    package init(_ reason: OperationFailure.Reason, _ path: String, _ explanation: String) {
        self.reason = reason
        self.path = path
        self.explanation = explanation
    }

    /// What the peer sent does not follow the protocol.
    static func broken(_ path: String, _ explanation: String) -> TransferError {
        TransferError(.invalid, path, explanation)
    }

    package init(_ error: SystemError, _ path: String) {
        let reason: OperationFailure.Reason
        var explanation = "\(error.code)"
        switch error.code {
        case .noSuchFile: reason = .notFound
        case .permissionDenied, .notPermitted: reason = .denied
        case .exists: reason = .exists
        case .noSpace:
            reason = .noSpace
            explanation = "the disk is full; what was incomplete has been removed"
        case .loop, .crossDevice:
            reason = .denied
            explanation = "a link is in the way; links are never followed below the copied folder"
        case .notDirectory:
            reason = .invalid
            explanation = "a part of the path is not a folder"
        case .isDirectory: reason = .exists
        case .nameTooLong: reason = .invalid
        case _: reason = .io
        }
        self.init(reason, path, explanation)
    }

    package var description: String { "cannot copy \(path.isEmpty ? "it" : path): \(explanation)" }

    /// The same in the words of the wire.
    package var failure: OperationFailure { OperationFailure(reason, description) }
}
