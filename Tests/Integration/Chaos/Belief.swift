/// What must be true of one VM, as far as its user was told.
struct Belief: Hashable {
    var exists = false
    /// Or paused.
    var isRunning = false
    var isPaused = false
    /// There is a VM of its name and `-copy`.
    var hasClone = false
    /// What `/workspace/tag` says.
    var tag: String?
    /// `token_limits.max_per_query` of its configuration, when it was set.
    var limit: Int?

    var filesAreSeen: Bool { isRunning && !isPaused }
}
