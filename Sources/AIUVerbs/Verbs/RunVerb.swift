internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUWire

/// `aiu run`: a VM for one command.
struct RunVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let bootLimit = try arguments.duration("boot-timeout", in: .milliseconds(1)...Session.longestWait)
        let wish = try VMWish.read(arguments, name: arguments.option("name"), ephemeral: true)
        let runner = CommandRunner(session)
        // Everything that can be refused is refused before there is a VM.
        let request = try runner.request()
        let signals = try runner.signals()
        let maker = NewVM(session, signals: signals)
        var view = try maker.create(wish)
        let name = view.record.name
        do {
            view = try maker.start(view, within: bootLimit)
        } catch {
            if case .interrupted? = error as? ClientError { throw error }
            maker.remove(name, why: nil)
            throw error
        }
        defer { maker.remove(name, why: nil) }
        return try runner.run(request, in: name, signals: signals)
    }
}
