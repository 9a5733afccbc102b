package import AIUWire

/// Lets answers of the assistant through as far as tokens are left, and counts them.
package protocol Metering: Sendable {
    /// Reserves what a prompt or a tool may use, before the VM is asked. Refused as `exhausted` where nothing is left.
    /// Nil: this kind of request needs no tokens. `view` shows the VM; it is asked for once, if at all.
    func admit(
        _ request: AssistRequest, in name: VMName, for subject: PolicySubject,
        view: @Sendable () async throws(Failure) -> VMView
    ) async throws(Failure) -> (any MeteredRequest)?
}

/// One request for which tokens are reserved. Exactly one of `attach` and `abandon` follows.
package protocol MeteredRequest: Sendable {
    /// As it is to be put to the VM.
    var request: AssistRequest { get }
    /// Takes over the stream to the VM's agent, and gives the one from which the client is served. When it ends, whoever
    /// ends it, what was let through is charged, and then told to `recorder`, once.
    func attach(_ machine: Int32, recorder: (any AnswerRecorder)?) async throws(Failure) -> Int32
    /// The VM was never asked: nothing is charged.
    func abandon() async
}

/// Keeps what was answered. An answer that it cannot keep does not come to its end.
package protocol AnswerRecorder: Sendable {
    /// `text` is what was let through; `failure` says why that is not all.
    func answered(_ text: [UInt8], _ failure: Failure?) async throws(Failure)
}
