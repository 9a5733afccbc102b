internal import AIUModel
internal import AIUPolicy
internal import AIUWire

/// What the policy has let pass, to be asked again when there is another one.
struct AdmittedOperation: Sendable {
    let request: OperationRequest
    let vm: VMName
    let caller: Caller
    /// The version that was in force when it was asked for.
    let version: Int64
}
