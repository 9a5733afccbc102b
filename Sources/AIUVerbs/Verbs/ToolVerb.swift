internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUWire

/// `aiu tool ls` and `aiu tool info`, and what a VM says of its tools.
struct ToolVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func list() throws -> Int32 {
        let tools = try Self.tools(of: try name(), try AssistRunner(session, signals: try NewVM.signals()))
        try session.answer(
            try JSON(encoding: tools), names: { tools.map { SafeText.line($0.name) } },
            table: { ToolTable.render(tools, width: session.width, style: session.style) })
        return 0
    }

    func info() throws -> Int32 {
        let name = try name()
        let wanted = try session.arguments.required("tool")
        let tools = try Self.tools(of: name, try AssistRunner(session, signals: try NewVM.signals()))
        let tool = try Self.find(wanted, in: tools)
        try session.answer(
            try JSON(encoding: tool), names: { [SafeText.line(tool.name)] },
            table: { ToolTable.details(tool, style: session.style) })
        return 0
    }

    private func name() throws -> VMName { try session.vmName(try session.arguments.required("vm")) }

    static func tools(of name: VMName, _ runner: AssistRunner) throws -> [ToolDescription] {
        let purpose = "asking '\(name)' for its tools"
        let last = try runner.session.progress(purpose) { try runner.ask(.tools(), in: name, purpose: purpose) }
        guard case .tools(let tools) = last else { throw AssistRunner.unexpected(last, during: purpose) }
        return tools
    }

    static func find(_ name: String, in tools: [ToolDescription]) throws(Problem) -> ToolDescription {
        if let tool = tools.first(where: { $0.name == name }) { return tool }
        throw unknown(name, among: tools.map(\.name))
    }

    static func unknown(_ name: String, among names: [String]) -> Problem {
        let near = NearestName.find(name, in: names).map { "did you mean '\(SafeText.line($0))'?" }
        return Problem(
            .noInput, "there is no tool \(Excerpt.quoted(name)); \(near ?? "`aiu tool ls VM` lists them")")
    }
}
