/// A document that was in force, and how it came to be.
package struct PolicyVersion: Equatable, Sendable, Codable {
    /// Rises by one with every document that was applied.
    package var version: Int64
    /// Milliseconds since 1970.
    package var time: Int64
    /// Who applied it.
    package var author: String
    package var note: String?
    /// SHA-256 (hex) of the document.
    package var digest: String
    /// The text as it was given; absent in lists.
    package var document: String?

    package init(
        version: Int64, time: Int64, author: String, note: String? = nil, digest: String, document: String? = nil
    ) {
        self.version = version
        self.time = time
        self.author = author
        self.note = note
        self.digest = digest
        self.document = document
    }
}
