internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiud`: understands its command line, runs the daemon, and turns its end into an exit code.
@main
struct AIUD {
    static func main() async {
        do throws(UsageError) {
            switch try CommandLineParser(DaemonOptions.command).parse(Array(CommandLine.arguments.dropFirst())) {
            case .run(let arguments):
                exit(await run(DaemonOptions(arguments)).rawValue)
            case .help(let chain):
                if let help = HelpText(chain) { print(help.render()) }
            case .version:
                print("aiud \(APIVersion.product) (API \(APIVersion.current))")
            case .completionScript, .complete:
                throw UsageError(path: ["aiud"], message: "aiud has no completion; `aiu` has")
            }
        } catch {
            _ = try? FileDescriptor(owning: STDERR_FILENO).writeAll(Array("\(error)\n".utf8))  // nobody is left to tell
            exit(error.exitCode.rawValue)
        }
    }

    private static func run(_ options: DaemonOptions) async -> ExitCode {
        do {
            try await Daemon().run(options)
            return .ok
        } catch {
            Log("aiud").error(error.message)
            return exitCode(error.reason)
        }
    }

    private static func exitCode(_ reason: Failure.Reason) -> ExitCode {
        switch reason {
        case .invalid: .configuration
        case .denied, .unauthenticated: .noPermission
        case .conflict, .busy: .tryAgain
        case .damaged: .badData
        case .noSpace: .cannotCreate
        case .exhausted: .exhausted
        case .notFound, .timedOut, .unavailable, .unsupported: .unavailable
        case .internalError: .internalError
        }
    }
}
