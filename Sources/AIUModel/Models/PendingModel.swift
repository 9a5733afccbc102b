/// A whole model's file whose fate the database decides: it becomes the model of that digest, or goes.
package struct PendingModel: Equatable, Sendable {
    package var digest: ModelDigest
    /// Its name among the store's files until then.
    package var file: String

    package init(digest: ModelDigest, file: String) {
        self.digest = digest
        self.file = file
    }
}

/// A model that came in and was found good.
package struct ReceivedModel: Equatable, Sendable {
    package var pending: PendingModel
    package var size: ByteCount
    package var summary: ModelSummary

    package init(pending: PendingModel, size: ByteCount, summary: ModelSummary) {
        self.pending = pending
        self.size = size
        self.summary = summary
    }
}
