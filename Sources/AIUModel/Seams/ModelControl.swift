/// Models: what there is, what comes and goes, and what is used for what.
package protocol ModelControl: Sendable {
    /// Sorted by name.
    func models() async throws(Failure) -> [ModelView]
    func model(_ name: ModelName) async throws(Failure) -> ModelView
    /// A connected, blocking socket that the caller owns. On it go `data` frames with the file's bytes and `done`; the
    /// answer is `done` with the model's view as JSON, or `failed` with the reason.
    func beginAdding(_ order: AddModel) async throws(Failure) -> Int32
    /// Reads the whole file again. Fails as damaged when it is not what was added.
    func verify(_ name: ModelName) async throws(Failure) -> ModelView
    /// Refused while it is used. The file goes with its last name.
    func remove(_ name: ModelName) async throws(Failure)
    /// Makes a model the default for a role, instead of the one that was.
    func use(_ name: ModelName, for role: ModelRole) async throws(Failure) -> ModelView
    /// Leaves a role without a default, if this model is it.
    func release(_ name: ModelName, from role: ModelRole) async throws(Failure) -> ModelView
    func estimate(
        _ name: ModelName, contextLength: Int?, memory: ByteCount?
    ) async throws(Failure) -> ModelEstimate
}
