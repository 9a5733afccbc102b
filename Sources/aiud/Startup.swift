internal import AIUModel
internal import AIUSystem
internal import Glibc

/// The steps before the daemon can be put together: where everything is, and what the administrator wants.
enum Startup {
    private static let systemConfiguration = "/etc/aiu/aiud.json"

    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// For libraries that read nothing else. Before the first thread: the environment belongs to all of them.
    static func setEnvironment(_ directories: Directories) {
        // libvirt's cache belongs to the state, and a service user may have no home.
        unsafe setenv("XDG_CACHE_HOME", "\(directories.state)/cache", 1)
    }

    static func directories(_ options: DaemonOptions) throws(Failure) -> Directories {
        let directories = try Directories.resolve(
            option: options.state, environment: environment, userID: getuid())
        try refuseForeign(directories)
        do {
            for folder in ["", "/vms", "/images", "/stamps", "/libvirt", "/cache"] {
                try Files.makeFolder(directories.state + folder, mode: 0o700)
            }
            try Files.makeFolder(directories.run, mode: 0o755)
        } catch {
            throw Failure(.denied, "cannot prepare the state directory: \(error); choose another with --state")
        }
        return directories
    }

    /// Root may write to the state of the service's user, who could then no longer read what root has made there.
    private static func refuseForeign(_ directories: Directories) throws(Failure) {
        guard geteuid() == 0, let owner = try? Files.metadata(directories.state).st_uid, owner != 0 else {
            return  // not there yet, so it will be ours
        }
        let name = UserNames.name(of: owner) ?? "\(owner)"
        throw Failure(
            .denied,
            "\(directories.state) belongs to the user \(name), whose aiud does not run; if that is the service, "
                + "start it with `systemctl start aiud`, or name another directory with --state")
    }

    /// With roles everybody may get to the socket, where each is judged; what else is in its folder stays closed.
    static func admitEverybody(_ directories: Directories) throws(Failure) {
        guard unsafe chmod(directories.run, 0o711) == 0 else {
            throw Failure(
                .denied, "cannot open \(directories.run), where the socket is, to all who have roles: \(Errno.current)")
        }
    }

    static func configuration(_ options: DaemonOptions) throws(Failure) -> DaemonConfiguration {
        guard options.configuration != nil || Files.exists(systemConfiguration) else { return DaemonConfiguration() }
        let path = options.configuration ?? systemConfiguration
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path, limit: 64 << 10)
        } catch {
            throw Failure(.invalid, "\(error)")
        }
        do {
            return try DaemonConfiguration(parsing: bytes)
        } catch {
            throw Failure(error.reason, "\(path) is refused: \(error.message)")
        }
    }

    /// Where the models lie that every image has: beside this program, or where a package puts them.
    static func imageModels() -> String? {
        // Without them no tokens are counted, which is said where that is asked for.
        let beside = (try? program("aiu-tokens")).map {
            "\($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.endIndex))/models"
        }
        return [beside, "/usr/share/aiu/models"].compactMap(\.self).first { Files.exists($0) }
    }

    /// A program that belongs to the product: beside this one, where a build or a package puts it.
    static func program(_ name: String) throws(Failure) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        for candidate in ["\(folder)/\(name)", "/usr/libexec/aiu/\(name)"] where Files.exists(candidate) {
            return candidate
        }
        throw Failure(.unavailable, "\(name) is missing: it belongs beside \(own); build it with `make build`")
    }
}
