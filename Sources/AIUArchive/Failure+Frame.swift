internal import AIUJSON
internal import AIUModel
internal import AIUWire

extension Failure {
    /// In the words of the wire.
    var frame: Frame {
        let refusal = OperationFailure(wireReason, String(message.prefix(4096)))
        // Two strings always encode; without them the kind still says it.
        return Frame(.failed, (try? JSONText.encode(refusal)) ?? [])
    }

    private var wireReason: OperationFailure.Reason {
        switch reason {
        case .invalid: .invalid
        case .notFound: .notFound
        case .conflict: .exists
        case .busy: .busy
        case .denied: .denied
        case .noSpace: .noSpace
        case .timedOut, .unavailable: .unavailable
        case .damaged: .io
        case .unsupported: .unsupported
        case .internalError: .internalError
        }
    }
}
