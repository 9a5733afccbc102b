package import AIUWire

/// Runs one command line in the workspace.
package struct Shell: Tool {
    package static let name = "shell"

    private let root: String
    private let deadline: Duration

    package init() { self.init(root: ToolConfinement.workspace, deadline: ProgramRun.deadline) }

    package init(root: String, deadline: Duration) {
        self.root = root
        self.deadline = deadline
    }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let command = try Arguments(invocation).requiredText("command")
        guard let shell = ProgramLanguage.shell.interpreter else {
            throw ToolReply.Failure(.unavailable, "This image has no shell.")
        }
        let scope = WorkspaceScope(invocation, root: root)
        return try ProgramRun(scope: scope, title: "`\(Self.title(command))`", deadline: deadline)
            .run(shell, ["-c", command], phrase: Self.name)
    }

    /// The beginning of a long command line, on one line.
    private static func title(_ command: String) -> String {
        let line = command.collapsed
        return line.count > 60 ? line.prefix(60) + "…" : line
    }
}
