/// One command that a user of one VM gives.
enum LoadStep: Hashable {
    case create, launch, start, stop, delete
    case copy(tag: String)
    case configure(limit: Int)

    /// Values of `max_per_query` that a load sets.
    static let limits = 100..<1000

    /// The steps that make sense, with those that move it on more likely.
    static func choices(_ belief: Belief, number: Int) -> [LoadStep] {
        if !belief.exists { return [.create, .launch, .launch] }
        if !belief.isRunning {
            return [.start, .start, .start, .delete, .configure(limit: limits.lowerBound + number % limits.count)]
        }
        return [
            .stop, .stop, .copy(tag: "t\(number)"), .copy(tag: "t\(number)"),
            .configure(limit: limits.lowerBound + number % limits.count), .delete,
        ]
    }

    /// What is true when it was done.
    func after(_ belief: Belief) -> Belief {
        var changed = belief
        switch self {
        case .create: changed = Belief(exists: true)
        case .launch: changed = Belief(exists: true, isRunning: true)
        case .start: changed.isRunning = true
        case .stop: changed.isRunning = false
        case .delete: changed = Belief()
        case .copy(let tag): changed.tag = tag
        case .configure(let limit): changed.limit = limit
        }
        return changed
    }

    /// What may be true when it was interrupted.
    func interrupted(_ belief: Belief) -> Set<Belief> {
        var possible: Set<Belief> = [belief, after(belief)]
        switch self {
        case .launch: possible.insert(Belief(exists: true))
        case .delete:
            // Forced, so it was ended first.
            var ended = belief
            ended.isRunning = false
            possible.insert(ended)
        case .create, .start, .stop, .copy, .configure: break
        }
        return possible
    }

    func arguments(_ name: String, tagFile: String) -> [String] {
        switch self {
        case .create: ["create", name, "--memory", "128MB"]
        case .launch: ["launch", name, "--memory", "128MB"]
        case .start: ["start", name]
        case .stop: ["stop", name]
        case .delete: ["delete", "--force", name]
        case .copy: ["cp", tagFile, "\(name):/workspace/tag"]
        case .configure(let limit): ["config", "set", name, "token_limits.max_per_query=\(limit)"]
        }
    }
}
