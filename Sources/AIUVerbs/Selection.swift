internal import AIUClient
package import AIUCommandLine
package import AIUModel

/// Which VMs a verb is for: those named, those with certain labels, or all.
package enum Selection: Equatable, Sendable {
    case named([VMName])
    case labelled(LabelSelector)
    case all

    /// `words` are the names typed.
    package static func read(_ arguments: Arguments, names words: [String]) throws -> Selection {
        let selectors = arguments.options("selector")
        let ways = [!words.isEmpty, !selectors.isEmpty, arguments.flag("all")].count { $0 }
        guard ways <= 1 else {
            throw arguments.error("names, `--selector` and `--all` contradict each other; give one of them")
        }
        if !selectors.isEmpty { return .labelled(try selector(arguments)) }
        if arguments.flag("all") { return .all }
        guard !words.isEmpty else {
            throw arguments.error("VM is missing; name VMs, or choose them with `--selector` or `--all`")
        }
        var names: [VMName] = []
        for text in words {
            guard let name = VMName(text) else { throw Problem.notName(text) }
            if !names.contains(name) { names.append(name) }
        }
        return .named(names)
    }

    /// All of `--selector` as one.
    package static func selector(_ arguments: Arguments) throws -> LabelSelector {
        do throws(Failure) {
            return try LabelSelector(parsing: arguments.options("selector").joined(separator: ","))
        } catch {
            throw arguments.error(error.message)
        }
    }

    /// The VMs' names, and of those not named only the ones that `fits`.
    func names(_ session: Session, where fits: (VMView) -> Bool = { _ in true }) throws -> [VMName] {
        let selector: LabelSelector?
        switch self {
        case .named(let names): return names
        case .labelled(let wanted): selector = wanted
        case .all: selector = nil
        }
        session.client.patience = Patience(limit: Session.usualWait)
        let views: [VMView] = try session.client.value(Calls.list(selector: selector))
        let names = views.filter(fits).map(\.record.name)
        if names.isEmpty, session.isChatty {
            let which = selector.map { " with \($0)" } ?? ""
            let all = views.count == 1 ? "the 1 VM" : "the \(views.count) VMs"
            Program.tell(views.isEmpty ? "there is no VM\(which)" : "nothing to do for \(all)\(which)")
        }
        return names
    }
}
