internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu create` and `aiu launch`.
struct CreateVerb {
    private let session: Session
    private let starts: Bool

    init(_ session: Session, starts: Bool) {
        self.session = session
        self.starts = starts
    }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let limit = try session.timeout()
        let wish = try VMWish.read(
            arguments, name: arguments.argument("name"), ephemeral: arguments.flag("ephemeral"))
        let maker = NewVM(session, signals: try NewVM.signals())
        var view = try maker.create(wish, within: starts ? nil : limit)
        let name = view.record.name
        if starts {
            do {
                view = try maker.start(view, within: limit)
            } catch {
                guard case .interrupted? = error as? ClientError else {
                    let problem = Problem(error)
                    throw Problem(
                        problem,
                        adding: "'\(name)' was made; `aiu logs --console \(name)` shows how far it came, "
                            + "`aiu delete --force \(name)` removes it")
                }
                throw error
            }
        }
        try session.answer(
            try JSON(encoding: view), names: { [name.text] },
            table: {
                guard starts else { return "'\(name)' is made; `aiu start \(name)` starts it\n" }
                let time = view.readyMilliseconds.map { DurationText.elapsed(.microseconds(Int64($0 * 1000))) }
                let after = time.map { " after \($0)" } ?? ""
                return "'\(name)' is ready\(after); `aiu shell \(name)` opens a shell in it\n"
            })
        return 0
    }
}
