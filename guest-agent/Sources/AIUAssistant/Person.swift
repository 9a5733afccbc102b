package import AIUWire

/// The person at the other end: hears what the assistant says and answers its questions.
package protocol Person: AnyObject {
    func tell(_ event: AssistEvent) throws(AssistantError)
    /// Yes or no; no when nobody answers in time.
    func ask(_ question: ConfirmationRequest) throws(AssistantError) -> Bool
}

/// The person behind the agent and the host.
package final class HostPerson: Person {
    private let socket: FrameSocket

    init(_ socket: FrameSocket) { self.socket = socket }

    package func tell(_ event: AssistEvent) throws(AssistantError) { try socket.send(.event, encoding: event) }

    package func ask(_ question: ConfirmationRequest) throws(AssistantError) -> Bool {
        try tell(.confirm(question))
        let end = ContinuousClock.now + .milliseconds(question.timeoutMilliseconds)
        while let frame = try socket.next(within: end - .now) {
            guard frame.kind == .reply else { continue }
            // An answer to an earlier question came too late to count.
            guard case .confirmed(question.number, let yes)? = try? frame.message(as: AssistReply.self) else {
                continue
            }
            return yes
        }
        return false
    }
}
