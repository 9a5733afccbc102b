internal import Glibc

/// Where the supervisor keeps its state and its sockets.
package struct Directories: Equatable, Sendable {
    /// The longest path that fits a socket's address, the closing zero not counted.
    package static let longestSocketPath = 107

    package let state: String
    package let run: String
    /// What to pass as `--state`: nil for the directory that aiud chooses by itself.
    package let explicitState: String?

    package var socket: String { "\(run)/aiud.sock" }
    package var log: String { "\(state)/aiud.log" }
    package var startLock: String { "\(run)/start.lock" }

    /// By `--state`, else `AIU_STATE`, else by who asks.
    package init(
        state given: String?, environment: [String: String], isRoot: Bool, workingDirectory: String
    ) throws(ClientError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let given, given.isEmpty {
            throw .surroundings("--state needs the path of a directory, not an empty word")
        }
        if let explicit = given ?? value("AIU_STATE") {
            let absolute = Self.absolute(explicit, from: workingDirectory)
            explicitState = absolute
            state = absolute
            run = "\(absolute)/run"
        } else if isRoot {
            explicitState = nil
            state = "/var/lib/aiu"
            run = "/run/aiu"
        } else {
            guard let home = value("HOME"), home.hasPrefix("/") else {
                throw .surroundings("HOME is not set, so there is no place for the state; give one with --state DIR")
            }
            explicitState = nil
            state = "\(home)/.local/state/aiu"
            run = value("XDG_RUNTIME_DIR").map { "\($0)/aiu" } ?? "\(home)/.local/state/aiu/run"
        }
        // The longest name below RUN is a VM's: vm/<12 digits>/console.sock.
        let longest = "\(run)/vm/123456789012/console.sock"
        guard longest.utf8.count <= Self.longestSocketPath else {
            throw .surroundings(
                "the path \(run) is too long for sockets by \(longest.utf8.count - Self.longestSocketPath) bytes; "
                    + "choose a shorter directory with --state DIR")
        }
    }

    /// By the surroundings of this process.
    package static func ofProcess(state given: String?) throws(ClientError) -> Directories {
        try Directories(
            state: given, environment: ProcessEnvironment.all, isRoot: geteuid() == 0,
            workingDirectory: ProcessEnvironment.workingDirectory)
    }

    private static func absolute(_ path: String, from folder: String) -> String {
        let full = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        // ".." stays for the kernel to resolve: with links on the way it is not what the text suggests.
        return "/" + full.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
