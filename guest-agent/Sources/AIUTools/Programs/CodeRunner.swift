internal import AIUSystem
package import AIUWire

/// Runs a program that is given as text or as a file.
package struct CodeRunner: Tool {
    package static let name = "code_runner"

    /// Shows the value of a lone expression, as an interactive Python would.
    private static let expression = """
        import ast, sys
        source = open(sys.argv.pop(1), encoding="utf-8").read()
        tree = ast.parse(source.strip(), "<program>")
        names = {"__name__": "__main__"}
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            value = eval(compile(ast.Expression(tree.body[0].value), "<program>", "eval"), names)
            if value is not None:
                print(value)
        else:
            exec(compile(tree, "<program>", "exec"), names)
        """

    private let root: String
    private let deadline: Duration

    package init() { self.init(root: ToolConfinement.workspace, deadline: ProgramRun.deadline) }

    package init(root: String, deadline: Duration) {
        self.root = root
        self.deadline = deadline
    }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let scope = WorkspaceScope(invocation, root: root)
        var language = try arguments.requiredChoice("language", ProgramLanguage.self)
        let words = ShellWords.split(arguments.text("arguments") ?? "")
        if let code = arguments.rawText("code").map(Self.unfenced), !code.trimmed.isEmpty {
            let interpreter = try interpreter(of: language)
            let path = try put(code, "program.\(language.ending)")
            let run = ProgramRun(scope: scope, title: "program.\(language.ending)", deadline: deadline)
            if language == .python, !code.trimmed.contains("\n") {
                let helper = try put(Self.expression, "expression.py")
                return try run.run(interpreter, ["-X", "utf8", helper, path] + words, phrase: Self.name)
            }
            return try start(run, language, interpreter, path, words)
        }
        let file = try FileChoice(invocation, scope: scope).file(arguments.text("file"), .program)
        // The ending knows better than a guess.
        language = ProgramLanguage(fileName: file.name) ?? language
        let run = ProgramRun(scope: scope, title: file.name, deadline: deadline)
        return try start(run, language, try interpreter(of: language), file.path, words)
    }

    private func start(
        _ run: ProgramRun, _ language: ProgramLanguage, _ interpreter: String, _ path: String, _ words: [String]
    ) throws(ToolReply.Failure) -> ToolReply {
        guard language == .c, !interpreter.hasSuffix("/tcc") else {
            let options = language == .python ? ["-X", "utf8"] : language == .c ? ["-run"] : []
            return try run.run(interpreter, options + [path] + words, phrase: Self.name)
        }
        let program = "\(TemporaryFolder.current)/program"
        var compiler = Engine(interpreter, ["-O1", "-o", program, path, "-lm"])
        compiler.memoryLimit = nil
        let compiled = try compiler.run()
        guard compiled.succeeded else {
            throw ToolReply.Failure(
                .failed, "\(run.title) could not be compiled: \(compiled.errorText.prefix(600).trimmed)")
        }
        return try run.run(program, words, phrase: Self.name)
    }

    private func interpreter(of language: ProgramLanguage) throws(ToolReply.Failure) -> String {
        if let path = language.interpreter { return path }
        let present = ColumnChoice.list(ProgramLanguage.present.map(\.title))
        throw ToolReply.Failure(
            .unavailable,
            "This image cannot run \(language.title): it has \(present.isEmpty ? "no language" : present).")
    }

    private func put(_ text: String, _ name: String) throws(ToolReply.Failure) -> String {
        let path = "\(TemporaryFolder.current)/\(name)"
        do throws(SystemError) {
            try Files.replace(path, with: Array(text.utf8), mode: 0o700)
            return path
        } catch {
            throw ToolReply.Failure(.failed, "The program could not be put into a file: \(error.code).")
        }
    }

    /// Without the marks that people put around code, and without an indentation that all lines have.
    static func unfenced(_ code: String) -> String {
        var lines = code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let first = lines.first, first.trimmed.hasPrefix("```") { lines.removeFirst() }
        while let last = lines.last, last.trimmed.isEmpty || last.trimmed == "```" { lines.removeLast() }
        if lines.count == 1, lines[0].hasPrefix("`"), lines[0].hasSuffix("`"), lines[0].count > 2 {
            lines[0] = String(lines[0].dropFirst().dropLast())
        }
        let indents = lines.filter { !$0.trimmed.isEmpty }.map { $0.prefix { $0 == " " || $0 == "\t" } }
        if let shortest = indents.min(by: { $0.count < $1.count }), !shortest.isEmpty,
            indents.allSatisfy({ $0.hasPrefix(shortest) })
        {
            lines = lines.map { $0.hasPrefix(shortest) ? String($0.dropFirst(shortest.count)) : $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
