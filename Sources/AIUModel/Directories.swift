/// Where the supervisor keeps what lasts (`state`) and its sockets (`run`).
package struct Directories: Equatable, Sendable {
    package let state: String
    package let run: String

    /// Those of root, and of the service that a host runs for all its users.
    package static let ofHost = Directories(state: "/var/lib/aiu", run: "/run/aiu")

    /// The longest path below `run` is `/vm/<id>/console.sock`; a socket address holds 107 bytes.
    private static let longestRun = 107 - "/vm/0123456789ab/console.sock".utf8.count

    package init(state: String, run: String) {
        self.state = state
        self.run = run
    }

    /// `--state`, else `$AIU_STATE`, else the user's own place; sockets lie beside an explicit state, else in /run.
    package static func resolve(
        option: String?, environment: (String) -> String?, userID: UInt32
    ) throws(Failure) -> Directories {
        let explicit = option ?? environment("AIU_STATE")
        let directories: Directories
        if let explicit {
            guard explicit.hasPrefix("/") else {
                throw Failure(.invalid, "the state directory '\(explicit)' must be an absolute path")
            }
            directories = Directories(state: explicit, run: "\(explicit)/run")
        } else if userID == 0 {
            directories = .ofHost
        } else {
            guard let home = environment("HOME") else {
                throw Failure(.invalid, "HOME is not set; name the state directory with --state or AIU_STATE")
            }
            let state = "\(environment("XDG_STATE_HOME") ?? "\(home)/.local/state")/aiu"
            directories = Directories(
                state: state, run: environment("XDG_RUNTIME_DIR").map { "\($0)/aiu" } ?? "\(state)/run")
        }
        guard directories.run.utf8.count <= longestRun else {
            throw Failure(
                .invalid,
                "the path '\(directories.run)' is too long for sockets: at most \(longestRun) bytes; choose a shorter --state"
            )
        }
        return directories
    }

    package var socket: String { "\(run)/aiud.sock" }
    package var database: String { "\(state)/aiu.db" }
    package var ledger: String { "\(state)/ledger.db" }
    package var meter: String { "\(state)/ledger.meter" }
    package var lock: String { "\(state)/aiud.lock" }
    package var models: String { "\(state)/models" }
    package var audit: String { "\(state)/audit" }
    package var policy: String { "\(state)/policy.json" }
    package var log: String { "\(state)/aiud.log" }
    package func vm(_ id: VMID) -> String { "\(run)/vm/\(id)" }
}
