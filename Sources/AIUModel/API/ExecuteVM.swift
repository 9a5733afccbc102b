/// A command to run in a VM, its whole output in one answer: for programs; `aiu exec` streams instead.
package struct ExecuteVM: Equatable, Sendable, Codable {
    package static let defaultTimeoutMilliseconds = 60_000
    package static let largestOutput = 1 << 20

    /// The program, looked up in PATH, and its arguments.
    package var command: [String]
    /// `NAME=value`, over the guest's defaults.
    package var environment: [String]?
    package var directory: String?
    /// The unprivileged `aiu` when nil.
    package var user: String?
    /// Standard input as text; at most one of this and `inputBase64`.
    package var input: String?
    package var inputBase64: String?
    /// A minute when nil.
    package var timeoutMilliseconds: Int?
    /// Standard output and error together; 1 MiB when nil, and at most.
    package var outputLimit: Int?

    package init(
        command: [String], environment: [String]? = nil, directory: String? = nil, user: String? = nil,
        input: String? = nil, inputBase64: String? = nil, timeoutMilliseconds: Int? = nil, outputLimit: Int? = nil
    ) {
        self.command = command
        self.environment = environment
        self.directory = directory
        self.user = user
        self.input = input
        self.inputBase64 = inputBase64
        self.timeoutMilliseconds = timeoutMilliseconds
        self.outputLimit = outputLimit
    }
}
