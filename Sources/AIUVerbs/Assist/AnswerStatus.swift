package import AIUCommandLine
package import AIUWire

extension ExitCode {
    /// How a program ends that asked for one tool.
    package init(_ report: ToolCallReport) {
        self = report.status == .succeeded && report.exhausted == true ? .exhausted : ExitCode(report.status)
    }

    package init(_ status: ToolCallReport.Status) {
        self =
            switch status {
            case .succeeded: .ok
            case .failed: .toolFailed
            case .refused: .notConfirmed
            case .timedOut: .timedOut
            case .unavailable: .unavailable
            }
    }

    /// How a program ends that asked a prompt. Of several calls, the last that did not succeed says why.
    package init(_ answer: PromptAnswer) {
        self =
            switch answer.outcome {
            case .answered: answer.exhausted == true ? .exhausted : .ok
            case .nothingFits: .nothingFits
            case .failed: answer.calls.last { $0.status != .succeeded }.map { ExitCode($0.status) } ?? .toolFailed
            }
    }
}
