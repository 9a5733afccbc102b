/// What must be true of one VM, as far as its user was told.
struct Belief: Hashable {
    var exists = false
    var isRunning = false
    /// What `/workspace/tag` says.
    var tag: String?
    /// `token_limits.max_per_query` of its configuration, when it was set.
    var limit: Int?
}
