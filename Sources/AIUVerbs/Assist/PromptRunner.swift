internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUWire

/// Puts one prompt with its files to a running VM, and fetches what its tools made.
struct PromptRunner {
    private let session: Session
    private let runner: AssistRunner

    init(_ session: Session, _ runner: AssistRunner) {
        self.session = session
        self.runner = runner
    }

    func run(_ wish: PromptWish, in name: VMName, ephemeral: Bool = false) throws -> Int32 {
        let arguments = session.arguments
        let request = try wish.request(arguments, attended: runner.confirmation != nil, ephemeral: ephemeral)
        if !wish.files.isEmpty { try runner.check(name) }
        try wish.files.copyIn(runner.transfer, into: name)
        let answer = try ask(request, in: name, traces: arguments.flag("trace"))
        let problem = try deliver(answer.files, to: wish.results, of: name, isGone: ephemeral)
        let status = ExitCode(answer)
        return status == .ok ? problem?.status ?? 0 : status.rawValue
    }

    /// Puts the prompt and shows the answer as it comes.
    func ask(_ request: PromptRequest, in name: VMName, traces: Bool) throws -> PromptAnswer {
        let view = AnswerView(session, traces: traces)
        let purpose = "the prompt to '\(name)'"
        let last: AssistEvent
        do {
            last = try runner.ask(.prompt(request), in: name, purpose: purpose) { try view.hear($0) }
        } catch {
            view.endLine()
            try view.endText()
            throw error
        }
        guard case .answer(let answer) = last else { throw AssistRunner.unexpected(last, during: purpose) }
        try view.finish(answer)
        return answer
    }

    /// Says which files there are, or brings them out.
    func deliver(
        _ files: [String], to results: ResultsFolder?, of name: VMName, isGone: Bool = false
    ) throws -> Problem? {
        guard let results else {
            guard session.isChatty, session.answersAsText, !files.isEmpty else { return nil }
            let way = isGone ? "`--out DIR` keeps them" : "`aiu cp` or `--out DIR` brings them out"
            Program.tell("made in the VM: \(Batch.list(files.map { "\(name):\($0)" })); \(way)")
            return nil
        }
        let (copied, problem) = try results.copyOut(files, of: name, runner.transfer)
        if session.isChatty, session.answersAsText, !copied.isEmpty {
            Program.tell("copied out: \(Batch.list(copied))")
        }
        return problem
    }
}
