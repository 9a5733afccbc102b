internal import AIUSystem
internal import AIUWire
internal import Glibc

/// A command that has been checked, with everything that its process shall have.
struct PreparedCommand {
    private static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    let account: UserAccount
    let spawn: SpawnRequest
    /// Of all its processes together.
    let memoryLimit: Int?

    init(
        _ request: ExecuteRequest, settings: GuestSettings, users: UserDatabaseCache
    ) throws(OperationFailure) {
        try Self.check(request)
        account = try Self.account(named: request.user, settings, users)
        var environment = Self.defaults(for: account, terminal: request.terminal != nil, settings)
        for pair in request.environment { Self.set(pair, in: &environment) }
        let directory = try Self.directory(for: request, account, settings)
        let path = environment.first { $0.utf8.starts(with: "PATH=".utf8) }.map { String($0.dropFirst(5)) }
        let search = ProgramSearch(searchPath: path ?? Self.defaultPath, directory: directory, account: account)
        var spawn = SpawnRequest(
            try search.find(request.command[0]), Array(request.command.dropFirst()), environment: environment)
        spawn.workingDirectory = directory
        spawn.newSession = true
        spawn.controllingTerminal = request.terminal != nil
        spawn.limits = [
            .init(resource: Int32(RLIMIT_CORE.rawValue), value: 0),
            .init(resource: Int32(RLIMIT_NOFILE.rawValue), value: settings.mostOpenFiles),
        ]
        if geteuid() == 0 {
            spawn.user = .init(user: account.user, group: account.group)
            // Otherwise anybody could call the host and pretend to be the agent. Root is the agent's equal.
            spawn.noVsock = account.user != 0
        }
        self.spawn = spawn
        memoryLimit = request.memoryLimit
    }

    private static func check(_ request: ExecuteRequest) throws(OperationFailure) {
        guard let program = request.command.first, !program.isEmpty else {
            throw OperationFailure(.invalid, "the command is empty")
        }
        guard request.command.count <= ExecuteRequest.mostArguments,
            request.environment.count <= ExecuteRequest.mostArguments
        else {
            throw OperationFailure(
                .invalid, "more than \(ExecuteRequest.mostArguments) arguments or variables; pass them in a file")
        }
        let texts = request.command + request.environment + [request.directory ?? "", request.user ?? ""]
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw OperationFailure(.invalid, "the command contains a zero byte")
        }
        if let wrong = request.environment.first(where: { !$0.dropFirst().contains("=") || $0.first == "=" }) {
            throw OperationFailure(.invalid, "'\(wrong.prefix(64))' is not a variable; write NAME=value")
        }
        if let limit = request.timeoutMilliseconds, limit <= 0 {
            throw OperationFailure(.invalid, "a time limit of \(limit) ms leaves no time")
        }
        if let limit = request.memoryLimit, limit < 1 << 20 {
            throw OperationFailure(.invalid, "a memory limit of \(limit) bytes is too little for any command")
        }
        if let limit = request.outputLimit, limit < 0 {
            throw OperationFailure(.invalid, "an output limit of \(limit) bytes is less than nothing")
        }
    }

    /// Who runs a command, nil for the one who does when nobody is named.
    static func account(
        named user: String?, _ settings: GuestSettings, _ users: UserDatabaseCache
    ) throws(OperationFailure) -> UserAccount {
        let database = try users.read(settings.userDatabase)
        if let name = user ?? settings.defaultUser {
            let account = try database.account(name)
            guard geteuid() == 0 || account.user == geteuid() else {
                throw OperationFailure(.denied, "the agent may not become \(name)")
            }
            return account
        }
        return database.account(geteuid())
            ?? UserAccount(name: "\(geteuid())", user: geteuid(), group: getegid(), home: "/", shell: "/bin/sh")
    }

    private static func defaults(
        for account: UserAccount, terminal: Bool, _ settings: GuestSettings
    ) -> [String] {
        var environment = [
            "PATH=\(defaultPath)", "HOME=\(account.home)", "USER=\(account.name)", "LOGNAME=\(account.name)",
            "SHELL=\(account.shell)", "LANG=C.UTF-8",
        ]
        if terminal { environment.append("TERM=xterm-256color") }
        for pair in settings.environment + settings.networkEnvironment { set(pair, in: &environment) }
        return environment
    }

    private static func set(_ pair: String, in environment: inout [String]) {
        let name = pair.utf8.prefix { $0 != UInt8(ascii: "=") }
        environment.removeAll { $0.utf8.prefix { $0 != UInt8(ascii: "=") }.elementsEqual(name) }
        environment.append(pair)
    }

    /// The one asked for, else the workspace, else home, else the root.
    private static func directory(
        for request: ExecuteRequest, _ account: UserAccount, _ settings: GuestSettings
    ) throws(OperationFailure) -> String {
        if let wanted = request.directory, !wanted.isEmpty {
            let path = WorkspacePath.absolute(wanted, workspace: settings.workspace)
            guard isFolder(path) else { throw OperationFailure(.notFound, "the guest has no folder \(path)") }
            return path
        }
        return [settings.workspace, account.home].first(where: isFolder) ?? "/"
    }

    private static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }
}
