package import AIUWire

/// What a command in a VM wrote, and how it ended.
package struct ExecuteResult: Equatable, Sendable, Codable {
    package var exit: ExitReport
    /// As text; bytes that are not UTF-8 are replaced here and exact in the `Base64` member, which exists only then.
    package var stdout: String
    package var stdoutBase64: String?
    package var stderr: String
    package var stderrBase64: String?
    /// Output over the limit was thrown away.
    package var truncated: Bool

    package init(
        exit: ExitReport, stdout: String, stdoutBase64: String? = nil, stderr: String, stderrBase64: String? = nil,
        truncated: Bool
    ) {
        self.exit = exit
        self.stdout = stdout
        self.stdoutBase64 = stdoutBase64
        self.stderr = stderr
        self.stderrBase64 = stderrBase64
        self.truncated = truncated
    }
}
