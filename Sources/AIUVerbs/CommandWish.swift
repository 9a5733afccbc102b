package import AIUCommandLine
internal import AIUJSON
package import AIUWire

/// The words of `exec` and `run` as a request to run a command.
package enum CommandWish {
    /// `own` gives this process's variables, for `--env NAME`.
    package static func read(
        _ arguments: Arguments, terminal: ExecuteRequest.Terminal?, own: (String) -> String?
    ) throws -> ExecuteRequest {
        let command = arguments.arguments("command")
        guard command.first?.isEmpty == false else {
            throw arguments.error("COMMAND is missing")
        }
        guard command.count <= ExecuteRequest.mostArguments else {
            throw Problem(
                .usage, "the command has \(command.count) words; at most \(ExecuteRequest.mostArguments) can be sent")
        }
        var environment: [String] = []
        for word in arguments.options("env") {
            guard !word.isEmpty, !word.hasPrefix("=") else {
                throw arguments.error("`--env` must be NAME=VALUE or NAME, not \(Excerpt.quoted(word))")
            }
            if word.contains("=") {
                environment.append(word)
            } else if let value = own(word) {
                environment.append("\(word)=\(value)")
            }
        }
        if terminal != nil, !environment.contains(where: { $0.hasPrefix("TERM=") }), let term = own("TERM") {
            environment.append("TERM=\(term)")
        }
        let timeout = try arguments.duration("timeout", in: .milliseconds(1)...Session.longestWait)
        return ExecuteRequest(
            command: command, environment: environment, directory: arguments.option("workdir"),
            user: arguments.option("user"), terminal: terminal, input: arguments.flag("interactive"),
            timeoutMilliseconds: Session.milliseconds(timeout),
            outputLimit: try arguments.size("output-limit", in: 0...1 << 50).map { Int($0) })
    }
}
