internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUWire

/// `aiu tool run`: one tool, without the model.
struct RunToolVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let wanted = try arguments.required("tool")
        let results = try ResultsFolder(arguments.option("out"))
        let files = try GivenFiles(arguments.options("file"))
        let runner = try AssistRunner(session, signals: try NewVM.signals(), asksPerson: true)
        let tool = try ToolVerb.find(wanted, in: try ToolVerb.tools(of: name, runner))
        try Self.check(tool, in: name)
        let values = try ToolArguments(tool).read(arguments.options("arg"))
        try files.copyIn(runner.transfer, into: name)
        let request = ToolRequest(
            tool: tool.name, arguments: values, files: files.paths, confirmed: arguments.flag("yes"),
            attended: runner.confirmation != nil)
        let report = try ask(request, in: name, runner)
        let prompts = PromptRunner(session, runner)
        try show(report)
        let problem = try prompts.deliver(report.files, to: results, of: name)
        let status = ExitCode(report)
        return status == .ok ? problem?.status ?? 0 : status.rawValue
    }

    private func ask(_ request: ToolRequest, in name: VMName, _ runner: AssistRunner) throws -> ToolCallReport {
        let purpose = "running \(request.tool) in '\(name)'"
        let line = Progress.start(purpose, isQuiet: !session.showsProgress)
        defer { line.finish() }
        let last = try runner.ask(.tool(request), in: name, purpose: purpose) { event in
            if case .confirm = event { line.finish() }
        }
        guard case .toolAnswer(let report) = last else { throw AssistRunner.unexpected(last, during: purpose) }
        return report
    }

    private func show(_ report: ToolCallReport) throws {
        guard session.answersAsText else {
            return try session.answer(try JSON(encoding: report), names: { [] }, table: { "" })
        }
        guard report.status == .succeeded else { return Program.tell(report.text) }
        var harmless = HarmlessText()
        let text = Array(report.text.utf8)
        let bytes = Terminal.output.isTerminal ? harmless.feed(text) : text
        try RawOutput.write(bytes.last == UInt8(ascii: "\n") || bytes.isEmpty ? bytes : bytes + [UInt8(ascii: "\n")])
        if let stopped = report.stopped { Program.tell("the result ends here: \(stopped)") }
    }

    /// Refused here, before files go into the VM.
    private static func check(_ tool: ToolDescription, in name: VMName) throws(Problem) {
        guard tool.available else {
            throw Problem(
                .unavailable,
                "the image of '\(name)' has no \(tool.name); a VM made with `--image \(SafeText.line(tool.flavour))` has it"
            )
        }
        if tool.denied == true {
            throw Problem(
                .noPermission,
                "the policy of the host denies \(tool.name) in '\(name)'; "
                    + "`aiu policy explain --vm \(name) --tool \(tool.name)` tells which part of it")
        }
        guard tool.enabled else {
            throw Problem(
                .noPermission,
                "the tool \(tool.name) is disabled in '\(name)'; `aiu tool enable \(name) \(tool.name)` enables it")
        }
    }
}
