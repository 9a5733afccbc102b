internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Finds the program of a command, as a shell would.
struct ProgramSearch {
    let searchPath: String
    let directory: String
    let account: UserAccount

    func find(_ name: String) throws(OperationFailure) -> String {
        guard !name.utf8.contains(UInt8(ascii: "/")) else {
            let path = name.utf8.first == UInt8(ascii: "/") ? name : "\(directory)/\(name)"
            if let problem = problem(with: path) { throw problem }
            return path
        }
        var unsuitable: OperationFailure?
        for folder in searchPath.split(separator: ":") {
            let path = "\(folder)/\(name)"
            guard let problem = problem(with: path) else { return path }
            if problem.reason != .notFound { unsuitable = unsuitable ?? problem }
        }
        throw unsuitable ?? OperationFailure(.notFound, "the guest has no program '\(name)' in \(searchPath)")
    }

    /// Why a path cannot be run, nil when it can.
    private func problem(with path: String) -> OperationFailure? {
        let information: stat
        do throws(SystemError) {
            information = try Files.metadata(path)
        } catch {
            return error.code == .permissionDenied
                ? OperationFailure(.denied, "\(path) may not be reached: \(error.code)")
                : OperationFailure(.notFound, "the guest has no program \(path)")
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            return OperationFailure(.notExecutable, "\(path) is not a program")
        }
        guard isExecutable(information) else {
            return OperationFailure(
                .notExecutable, "\(path) may not be executed by \(account.name); `chmod +x` changes that")
        }
        return nil
    }

    private func isExecutable(_ information: stat) -> Bool {
        let bits: mode_t =
            if account.user == 0 { 0o111 } else if information.st_uid == account.user {
                0o100
            } else if information.st_gid == account.group { 0o010 } else { 0o001 }
        return information.st_mode & bits != 0
    }
}
