/// The files of models, each named by its digest. What only renames is quick and done at once.
package protocol ModelFiles: Sendable {
    /// Reads a model to its end and checks it; of one that is refused nothing stays. `next` blocks and gives the next
    /// bytes, at most as many as asked for, none at the end.
    func receive(
        announced: ByteCount?, _ next: @escaping @Sendable (Int) throws(Failure) -> [UInt8]
    ) async throws(Failure) -> ReceivedModel
    /// Makes it the model of its digest; one that is there already is the same.
    func place(_ model: PendingModel) throws(Failure)
    /// Takes a model out; nil when there is none.
    func withdraw(_ digest: ModelDigest) throws(Failure) -> PendingModel?
    /// Removes a file that nothing needs. One that is gone is fine.
    func discard(_ model: PendingModel) async throws(Failure)
    /// Decides what an earlier supervisor left undecided: wanted models are placed, everything else goes. What was
    /// done, in words.
    func settle(wanted: Set<ModelDigest>) async throws(Failure) -> [String]
    /// The models there are, and what each takes on disk.
    func stored() async throws(Failure) -> [ModelDigest: ByteCount]
    /// The path of a model's file, after a look at it that takes no time: it is there, nobody can write to it, and it is
    /// as long and as old as the one that was added (milliseconds since 1970). Of a younger one all is read and compared,
    /// once.
    func path(of digest: ModelDigest, size: ByteCount, added: Int64) async throws(Failure) -> String
    /// Reads a whole file and compares.
    func verify(_ digest: ModelDigest, size: ByteCount) async throws(Failure)
}
