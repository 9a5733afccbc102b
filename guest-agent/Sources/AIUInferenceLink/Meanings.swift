/// What texts mean to one embedding model: vectors of length one. Those of another model cannot be compared with them.
package struct Meanings: Equatable, Sendable {
    /// The model, as it is now.
    package let space: String
    package let vectors: [[Float]]

    package init(space: String, vectors: [[Float]]) {
        self.space = space
        self.vectors = vectors
    }
}
