package import AIUInferenceLink

/// Asks the embedding model what texts mean.
package struct Meaning: Sendable {
    /// Nil when the model does not answer.
    let of: @Sendable ([String]) -> Meanings?

    package init(_ of: @escaping @Sendable ([String]) -> Meanings?) { self.of = of }

    /// The VM's own engine, which everybody in it may ask.
    package static let engine = Meaning { texts in
        // Why it does not answer is in its own log; what was searched for may be found by its words.
        try? InferenceClient().meanings(of: texts)
    }
}
