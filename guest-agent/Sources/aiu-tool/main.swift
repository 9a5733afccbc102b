internal import AIUSandbox
internal import AIUSystem
internal import AIUTools
internal import AIUWire
internal import Glibc

// One call of one tool: `aiu-tool NAME [TOOLS.JSON]`. An invocation on standard input, a reply on standard output.
// Whatever goes wrong is in the reply, so the exit status is 0; it is 2 when nobody said which tool.
let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    Log("tool").error("usage: aiu-tool NAME [TOOLS.JSON]")
    exit(2)
}

let temporary = TemporaryFolder()
let confine: @Sendable (ToolInvocation) throws(ToolReply.Failure) -> Void = { invocation throws(ToolReply.Failure) in
    try ToolConfinement.apply(for: invocation, temporaryFolder: temporary.path)
}
let runner =
    arguments.count > 2
    ? ToolRunner(tool: arguments[1], toolsDocument: arguments[2], confine: confine)
    : ToolRunner(tool: arguments[1], confine: confine)
let reply = ToolRunner.encode(runner.reply(from: FileDescriptor(owning: 0)))
temporary.remove()
do {
    try FileDescriptor(owning: 1).writeAll(reply)
} catch {
    // Nobody reads any more: there is nobody to tell.
    exit(1)
}
