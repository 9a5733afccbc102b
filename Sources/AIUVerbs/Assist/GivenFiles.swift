internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUTransfer
internal import AIUWire
internal import Glibc

/// The files that come with a prompt, opened before anything is changed anywhere.
package struct GivenFiles {
    private struct Given {
        let source: String
        let name: String
        let sender: TreeSender
    }

    /// Where they go in the VM.
    private static let folder = "/workspace"
    /// What standard input is called there.
    private static let inputName = "stdin"
    /// O_TMPFILE, a macro that Swift cannot see.
    private static let unnamedFile: Int32 = 0o20_200_000

    private let files: [Given]

    /// `-` is standard input. Refuses what does not exist, and two files that would have one name in the VM.
    package init(_ sources: [String]) throws {
        guard sources.count <= PromptRequest.mostFiles else {
            throw Problem(.usage, "\(sources.count) files are given; at most \(PromptRequest.mostFiles) can be")
        }
        var files: [Given] = []
        for source in sources {
            let name = source == "-" ? Self.inputName : try Self.ownName(source)
            if let other = files.first(where: { $0.name == name }) {
                throw Problem(
                    .usage, "\(other.source) and \(source) would both be \(name) in the VM; rename one of them")
            }
            let sender = source == "-" ? try Self.spool() : try TreeSender(path: source)
            files.append(Given(source: source == "-" ? "standard input" : source, name: name, sender: sender))
        }
        self.files = files
    }

    package var isEmpty: Bool { files.isEmpty }
    /// Where they will be in the VM.
    package var paths: [String] { files.map { "\(Self.folder)/\($0.name)" } }

    func copyIn(_ transfer: FileTransfer, into name: VMName) throws {
        for file in files {
            let request = PutRequest(path: Self.folder, name: file.name, intoFolder: true)
            let summary = try transfer.copyIn(file.sender, as: request, from: file.source, into: name)
            for warning in summary.warnings { Program.tell(warning) }
        }
    }

    /// The name that a thing keeps in the VM.
    static func ownName(_ path: String) throws -> String {
        if let name = CopyPlace.lastComponent(path) { return name }
        // "." and ".." mean the folder's own name, as for cp.
        guard let real = unsafe realpath(path, nil) else { throw SystemError("examine", path, code: .current) }
        defer { unsafe free(real) }
        guard let name = CopyPlace.lastComponent(unsafe String(cString: real)) else {
            throw Problem(.usage, "\(path) has no name to copy it as")
        }
        return name
    }

    /// A copy has to say first how long a file is, which of a pipe only its end tells.
    private static func spool() throws -> TreeSender {
        let folder = ProcessEnvironment.value("TMPDIR") ?? "/tmp"
        let file = try FileDescriptor.open(folder, O_RDWR | unnamedFile)
        try StandardInput.read("a file") { try file.writeAll($0) }
        // The sender opens it anew, at its beginning, and keeps it when ours is closed.
        return try TreeSender(path: "/proc/self/fd/\(file.raw)")
    }
}
