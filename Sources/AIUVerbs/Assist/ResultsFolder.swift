internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem
internal import AIUTransfer
internal import AIUWire
internal import Glibc

/// The folder of the person's into which the files that tools made are copied.
///
/// A VM chooses these files' names, so nothing that is there is replaced, and nothing becomes a hidden file: otherwise a
/// guest could put a `.profile` into the home of somebody who says `--out ~`.
struct ResultsFolder {
    /// An answer names this many at most; more is nonsense.
    private static let mostFiles = 256

    private let path: String

    /// Nil when nobody wants the files. What is there already must be a folder.
    init?(_ path: String?) throws {
        guard let path else { return nil }
        guard !path.isEmpty else { throw Problem(.usage, "`--out` needs the path of a folder, not an empty word") }
        var information = stat()
        if unsafe stat(path, &information) == 0, information.st_mode & S_IFMT != S_IFDIR {
            throw Problem(.badData, "\(path) is not a folder")
        }
        self.path = path
    }

    /// Where each file went; the others are told of.
    func copyOut(_ files: [String], of name: VMName, _ transfer: FileTransfer) throws -> (copied: [String], Problem?) {
        guard !files.isEmpty else { return ([], nil) }
        try Files.makeFolder(path, mode: 0o777)
        var copied: [String] = []
        var problem: Problem?
        for file in files.prefix(Self.mostFiles) {
            do {
                let own = try nameHere(of: file)
                let destination = try Destination(path: path, sourceName: own, intoFolder: true)
                let summary = try transfer.copyOut(file, of: name, to: destination)
                for warning in summary.warnings { Program.tell(warning) }
                copied.append("\(path)/\(own)")
            } catch let error as Problem {
                Program.tell(error.message)
                problem = error
            }
        }
        return (copied, problem)
    }

    private func nameHere(of file: String) throws -> String {
        guard let own = CopyPlace.lastComponent(file), !own.hasPrefix(".") else {
            throw Problem(.badData, "\(file) is not copied: it would be a hidden file; `aiu cp` copies it")
        }
        var information = stat()
        guard unsafe lstat("\(path)/\(own)", &information) != 0 else {
            throw Problem(.cannotCreate, "\(file) is not copied: \(path)/\(own) is there already")
        }
        return own
    }
}
