internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu rename` and `aiu clone`.
struct NameVerb {
    /// A copy of a large disk on a slow one.
    private static let cloneLimit: Duration = .seconds(600)

    private let session: Session

    init(_ session: Session) { self.session = session }

    func rename() throws -> Int32 {
        let name = try session.vmName(try session.arguments.required("vm"))
        let new = try session.vmName(try session.arguments.required("new-name"))
        try session.limitWaits()
        let view: VMView = try session.client.value(try Calls.rename(name, to: new))
        guard session.isChatty else { return 0 }
        let later = view.record.phase.isActive ? "; its host name follows at its next start" : ""
        try session.write(
            name == new ? "that is what '\(name)' is called\n" : "'\(name)' is called '\(new)' now\(later)\n")
        return 0
    }

    func clone() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let new = try arguments.argument("new-name").map(session.vmName)
        let limit = try session.timeout() ?? Self.cloneLimit
        let order = CloneVM(
            name: new?.text, live: arguments.flag("live") ? true : nil,
            project: arguments.option("project"))
        let maker = NewVM(session, signals: try NewVM.signals())
        let view = try maker.make(try Calls.clone(name, order), "cloning \(name)", within: limit)
        let made = view.record.name
        try session.answer(
            try JSON(encoding: view), names: { [made.text] },
            table: { "'\(made)' is a clone of '\(name)'; `aiu start \(made)` starts it\n" })
        return 0
    }
}
