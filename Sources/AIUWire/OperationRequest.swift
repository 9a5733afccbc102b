/// What one operation connection is for: its first frame.
package enum OperationRequest: Codable, Equatable, Sendable {
    case execute(ExecuteRequest)
    /// Files follow from host to guest.
    case put(PutRequest)
    /// Files follow from guest to host.
    case get(GetRequest)
    /// Something for the assistant. Only to agents that name the feature in their hello.
    case assist(AssistRequest)

    /// A word for logs and audit.
    package var verb: String {
        switch self {
        case .execute: "exec"
        case .put: "copy in"
        case .get: "copy out"
        case .assist(let request): request.verb
        }
    }
}

/// A command to run in the guest.
package struct ExecuteRequest: Codable, Equatable, Sendable {
    package struct Terminal: Codable, Equatable, Sendable {
        package var rows: UInt16
        package var columns: UInt16
        package init(rows: UInt16, columns: UInt16) {
            self.rows = rows
            self.columns = columns
        }
    }

    package static let mostArguments = 1024

    /// The program, looked up in PATH, and its arguments.
    package var command: [String]
    /// `NAME=value`, over the guest's defaults.
    package var environment: [String]
    package var directory: String?
    /// The unprivileged `aiu` when nil.
    package var user: String?
    /// A pseudo-terminal instead of three pipes.
    package var terminal: Terminal?
    /// False: standard input is empty from the start.
    package var input: Bool
    package var timeoutMilliseconds: Int?
    /// Standard output and error together; what is over is thrown away and `exited` says so.
    package var outputLimit: Int?
    /// Bytes that all processes of the command may have together; the guest's own limit when nil.
    package var memoryLimit: Int?

    package init(
        command: [String], environment: [String] = [], directory: String? = nil, user: String? = nil,
        terminal: Terminal? = nil, input: Bool = false, timeoutMilliseconds: Int? = nil, outputLimit: Int? = nil,
        memoryLimit: Int? = nil
    ) {
        self.command = command
        self.environment = environment
        self.directory = directory
        self.user = user
        self.terminal = terminal
        self.input = input
        self.timeoutMilliseconds = timeoutMilliseconds
        self.outputLimit = outputLimit
        self.memoryLimit = memoryLimit
    }
}

/// Where files from the host go: into the folder at `path` when there is one, otherwise as `path`.
package struct PutRequest: Codable, Equatable, Sendable {
    /// Absolute, or relative to `/workspace`.
    package var path: String
    /// The copied thing's own name, which it keeps when it lands in a folder.
    package var name: String
    /// `path` must be a folder that exists.
    package var intoFolder: Bool

    package init(path: String, name: String, intoFolder: Bool = false) {
        self.path = path
        self.name = name
        self.intoFolder = intoFolder
    }
}

/// Which file or tree the host wants.
package struct GetRequest: Codable, Equatable, Sendable {
    package var path: String
    package init(path: String) { self.path = path }
}
