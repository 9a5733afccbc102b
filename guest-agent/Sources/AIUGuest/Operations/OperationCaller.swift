internal import AIUWire

/// Who asks for an operation.
package enum OperationCaller: Sendable {
    case host
    /// The assistant, which orders tools and nothing else.
    case assistant

    func check(_ request: OperationRequest, _ settings: GuestSettings) throws(OperationFailure) {
        guard self == .assistant else { return }
        guard case .execute(let command) = request, command.user == settings.defaultUser, command.terminal == nil else {
            throw OperationFailure(.denied, "the assistant may only run commands of the unprivileged user")
        }
    }
}
