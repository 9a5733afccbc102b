/// A model under one of its names: one row of the database.
package struct ModelRecord: Equatable, Sendable, Codable {
    package var name: ModelName
    package var digest: ModelDigest
    /// Of its file.
    package var size: ByteCount
    /// Milliseconds since 1970.
    package var added: Int64
    package var summary: ModelSummary

    package init(name: ModelName, digest: ModelDigest, size: ByteCount, added: Int64, summary: ModelSummary) {
        self.name = name
        self.digest = digest
        self.size = size
        self.added = added
        self.summary = summary
    }
}
