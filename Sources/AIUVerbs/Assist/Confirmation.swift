internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Asks the person at the terminal whether a sensitive tool may run. No answer is no.
package final class Confirmation {
    private static let longestWait = 3_600_000

    private let terminal: FileDescriptor

    /// Nil when nobody can be asked.
    init?() {
        guard Terminal.errors.isTerminal else { return nil }
        // Standard input may be the prompt or a file; then the person still sits at the terminal.
        let raw =
            isatty(STDIN_FILENO) == 1
            ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
            : unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard raw >= 0 else { return nil }
        terminal = FileDescriptor(owning: raw)
    }

    func ask(_ request: ConfirmationRequest, signals: SignalSource) throws -> Bool {
        // What was typed before the question was seen does not answer it.
        tcflush(terminal.raw, TCIFLUSH)
        Terminal.errors.write(Self.text(request))
        let limit = Duration.milliseconds(min(max(request.timeoutMilliseconds, 1), Self.longestWait))
        do {
            let answer = try line(within: limit, signals).lowercased()
            return answer == "y" || answer == "yes"
        } catch ClientError.timedOut {
            tcflush(terminal.raw, TCIFLUSH)
            Terminal.errors.write("\nno answer came within \(DurationText.spell(limit)), which is no\n")
            return false
        } catch let error {
            Terminal.errors.write("\n")
            throw error
        }
    }

    /// What the person has to know: the tool, each argument whole, and what will happen.
    package static func text(_ request: ConfirmationRequest) -> String {
        var text = "The tool \(SafeText.line(request.tool)) wants to run"
        let members = request.arguments.membersValue ?? []
        text += members.isEmpty ? ".\n" : " with:\n"
        for member in members {
            let value = member.value.stringValue ?? member.value.text()
            let lines = value.split(separator: "\n", omittingEmptySubsequences: false).map { SafeText.line(String($0)) }
            let isOne = lines.count <= 1
            text += "  \(SafeText.line(member.name)):" + (isOne ? " \(lines.first ?? "")\n" : "\n")
            if !isOne { text += lines.map { "    \($0)\n" }.joined() }
        }
        return text + "\(SafeText.line(request.question)) [y/N] "
    }

    private func line(within limit: Duration, _ signals: SignalSource) throws(ClientError) -> String {
        var typed: [UInt8] = []
        let patience = Patience(limit: limit, signals: signals)
        while !typed.contains(UInt8(ascii: "\n")), typed.count < 1024 {
            try patience.wait(for: terminal.raw, POLLIN, during: "the question")
            do throws(SystemError) {
                // A terminal that has gone answers nothing.
                guard let bytes = try terminal.read(upTo: 256) else { continue }
                if bytes.isEmpty { break }
                typed += bytes
            } catch {
                break
            }
        }
        let first = typed.prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: first, as: UTF8.self).split(separator: " ").joined(separator: " ")
    }
}
