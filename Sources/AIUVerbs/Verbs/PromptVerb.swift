internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu prompt`.
struct PromptVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let wish = try PromptWish(
            arguments, words: arguments.arguments("text"), files: arguments.options("file"))
        let runner = try AssistRunner(session, signals: try NewVM.signals(), asksPerson: true)
        return try PromptRunner(session, runner).run(wish, in: name)
    }
}
