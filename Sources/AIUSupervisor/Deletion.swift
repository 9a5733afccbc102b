import AIUModel

/// A deletion that is under way.
struct Deletion {
    var request: DeleteVM
    var task: Task<Result<Void, Failure>, Never>
}
