/// A model whose vocabulary texts are counted by.
package struct VocabularyFile: Hashable, Sendable {
    package var name: String
    /// What tells this file from every other one.
    package var digest: String
    /// Where it lies; only opened by whoever asks for a count.
    package var path: String
    /// The longest text that the model was made for, where that is known.
    package var contextLength: Int?

    package init(name: String, digest: String, path: String, contextLength: Int? = nil) {
        self.name = name
        self.digest = digest
        self.path = path
        self.contextLength = contextLength
    }
}
