internal import AIUSandbox
internal import AIUVsock

/// Why a command line is not understood.
struct UsageError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "\(reason)\n\(Options.usage)" }
}

/// The command line.
struct Options {
    static let usage =
        "usage: aiu-vsockd --directory FOLDER --cid NUMBER [--console FILE] [--console-limit BYTES] [--user UID:GID]"

    let directory: String
    let cid: UInt64
    let console: String?
    let consoleLimit: Int
    let user: Confinement.User?

    init(_ arguments: [String]) throws(UsageError) {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard ["--directory", "--cid", "--console", "--console-limit", "--user"].contains(name) else {
                throw UsageError(reason: "unknown option '\(name)'")
            }
            guard let value = rest.popFirst(), !value.isEmpty else { throw UsageError(reason: "\(name) needs a value") }
            values[name] = value
        }
        guard let directory = values["--directory"] else { throw UsageError(reason: "--directory is missing") }
        // 0 to 2 are the hypervisor, local and host addresses; all ones is any.
        guard let cid = values["--cid"].flatMap(UInt64.init), (3..<UInt64(UInt32.max)).contains(cid) else {
            throw UsageError(reason: "--cid must be a number from 3 to \(UInt32.max - 1)")
        }
        self.directory = directory
        self.cid = cid
        console = values["--console"]
        guard let limit = Int(values["--console-limit"] ?? String(Limits.consoleBytes)),
            (4096...1 << 30).contains(limit)
        else { throw UsageError(reason: "--console-limit must be a number of bytes from 4096 to 1 GiB") }
        consoleLimit = limit
        user = try values["--user"].map(Self.user)
    }

    private static func user(_ text: String) throws(UsageError) -> Confinement.User {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let user = UInt32(parts[0]), let group = UInt32(parts[1]) else {
            throw UsageError(reason: "--user must be two numbers, UID:GID")
        }
        return Confinement.User(user: user, group: group)
    }
}
