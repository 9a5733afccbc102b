/// One command that a user of one VM gives.
enum LoadStep: Hashable {
    case create, launch, start, stop, delete
    /// A second VM from its disk, and its end.
    case clone, dropClone
    case pause, resume
    case copy(tag: String)
    case configure(limit: Int)

    /// Values of `response_max` that a load sets.
    static let limits = 100..<1000

    /// The steps that make sense, with those that move it on more likely.
    static func choices(_ belief: Belief, number: Int) -> [LoadStep] {
        let configure = LoadStep.configure(limit: limits.lowerBound + number % limits.count)
        var steps: [LoadStep] = belief.hasClone ? [.dropClone] : []
        if !belief.exists {
            steps += [.create, .launch, .launch]
        } else if !belief.isRunning {
            steps += [.start, .start, .start, .delete, configure] + (belief.hasClone ? [] : [.clone])
        } else if belief.isPaused {
            steps += [.resume]
        } else {
            steps += [.stop, .stop, .copy(tag: "t\(number)"), .copy(tag: "t\(number)"), configure, .pause, .delete]
        }
        return steps
    }

    /// What is true when it was done.
    func after(_ belief: Belief) -> Belief {
        var changed = belief
        switch self {
        case .create: changed = Belief(exists: true, hasClone: belief.hasClone)
        case .launch: changed = Belief(exists: true, isRunning: true, hasClone: belief.hasClone)
        case .start: changed.isRunning = true
        case .stop: changed.isRunning = false
        case .delete: changed = Belief(hasClone: belief.hasClone)
        case .clone: changed.hasClone = true
        case .dropClone: changed.hasClone = false
        case .pause: changed.isPaused = true
        case .resume: changed.isPaused = false
        case .copy(let tag): changed.tag = tag
        case .configure(let limit): changed.limit = limit
        }
        return changed
    }

    /// What may be true when it was interrupted.
    func interrupted(_ belief: Belief) -> Set<Belief> {
        var possible: Set<Belief> = [belief, after(belief)]
        switch self {
        case .launch: possible.insert(Belief(exists: true, hasClone: belief.hasClone))
        case .delete:
            // Forced, so it was ended first.
            var ended = belief
            ended.isRunning = false
            ended.isPaused = false
            possible.insert(ended)
        case .create, .start, .stop, .copy, .configure, .clone, .dropClone, .pause, .resume: break
        }
        return possible
    }

    func arguments(_ name: String, tagFile: String) -> [String] {
        switch self {
        case .create: ["create", name, "--memory", "128MB"]
        case .launch: ["launch", name, "--memory", "128MB"]
        case .start: ["start", name]
        case .stop: ["stop", name]
        case .delete: ["delete", "--force", "--purge", name]
        case .clone: ["clone", name, "\(name)-copy"]
        case .dropClone: ["delete", "--force", "--purge", "\(name)-copy"]
        case .pause: ["pause", name]
        case .resume: ["resume", name]
        case .copy: ["cp", tagFile, "\(name):/workspace/tag"]
        case .configure(let limit): ["config", "set", name, "token_limits.response_max=\(limit)"]
        }
    }
}
