/// What a model is for. At most one model is the default for each.
package enum ModelRole: String, Codable, Sendable, CaseIterable {
    /// Chooses tools and their arguments.
    case router
    case reasoning, creative, analysis
    /// Turns texts into vectors.
    case embedding
}
