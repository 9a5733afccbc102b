internal import AIUModel

/// A change between running and paused that is under way: whoever wants the same joins it.
struct Holding {
    enum Work: String {
        case pausing = "paused"
        case resuming = "resumed"
    }

    var work: Work
    var task: Task<Result<VMView, Failure>, Never>
}
