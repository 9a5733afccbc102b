package import AIUModel
internal import AIUSystem
internal import Glibc

/// Which supervisor is meant: the one that lives in a state directory.
package struct StatePlace: Equatable, Sendable {
    package let directories: Directories
    /// What to pass as `--state`: nil for the directory that aiud chooses by itself.
    package let explicit: String?

    /// By `--state`, else `AIU_STATE`, else by who asks. Relative paths start at the working directory.
    package init(
        option: String?, environment: [String: String], userID: UInt32, workingDirectory: String
    ) throws(ClientError) {
        let set = environment.filter { !$0.value.isEmpty }
        guard option?.isEmpty != true else {
            throw .surroundings("--state needs the path of a directory, not an empty word")
        }
        let explicit = (option ?? set["AIU_STATE"]).map { Self.absolute($0, from: workingDirectory) }
        do throws(Failure) {
            directories = try Directories.resolve(option: explicit, environment: { set[$0] }, userID: userID)
        } catch {
            throw .surroundings(error.message)
        }
        self.explicit = explicit
    }

    private init(of directories: Directories) {
        self.directories = directories
        explicit = nil
    }

    /// By the surroundings of this process. Who names no state and has no supervisor of their own uses the host's, if it
    /// serves and lets them in.
    package static func ofProcess(option: String?) throws(ClientError) -> StatePlace {
        let own = try StatePlace(
            option: option, environment: ProcessEnvironment.all, userID: geteuid(),
            workingDirectory: ProcessEnvironment.workingDirectory)
        guard own.explicit == nil, own.directories != .ofHost, !Files.exists(own.directories.socket),
            // Nobody there, or not for this person: then their own is started, as without a service.
            (try? UnixSocket.connect(Directories.ofHost.socket)) != nil
        else { return own }
        return StatePlace(of: .ofHost)
    }

    private static func absolute(_ path: String, from folder: String) -> String {
        let full = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        // ".." stays for the kernel to resolve: with links on the way it is not what the text suggests.
        return "/" + full.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
