internal import AIUSystem
internal import CLinux
internal import Glibc

/// The way out, while the configuration lets the guest reach anything: a proxy and a name server on the guest's own
/// loopback, served by a program of few rights, and what tells programs about them.
package final class NetworkDoor {
    private static let firstDelay: Duration = .milliseconds(100)
    private static let longestDelay: Duration = .seconds(10)

    private let context: GuestContext
    private let authority: AuthorityFiles
    private var pid: Int32?
    private var isOpen = false
    /// Who finds names for programs that know of no proxy.
    private var nameServer = loopback
    private static let loopback = "127.0.0.1"
    private var delay = firstDelay
    /// Tells a start that was planned from one that is wanted.
    private var round = 0

    package init(context: GuestContext, authority: AuthorityFiles = AuthorityFiles()) {
        self.context = context
        self.authority = authority
    }

    /// Opens it, or closes it with all connections; the same again changes nothing.
    package func follow(reachesOut: Bool) {
        if reachesOut, !isOpen {
            open()
        } else if !reachesOut {
            close()
        }
    }

    /// The host signs in place of the servers for which it keeps secrets: programs shall trust it. Empty: nobody does.
    package func trust(_ certificate: [UInt8]) {
        if let problem = authority.install(certificate) { context.journal.warning(problem) }
        if isOpen { tell() }
    }

    private func open() {
        guard Files.exists(context.settings.door) else {
            return context.journal.warning("nothing can be reached: the image of this VM has no proxy door")
        }
        isOpen = true
        delay = Self.firstDelay
        tell()
        resolve()
        start()
    }

    /// The card's own address and its gateway's, 4 bytes each; empty when it leads nowhere.
    package func use(card: [UInt8]) {
        guard card.count == 8 else {
            nameServer = Self.loopback
            // A guest without a card has none to turn off.
            _ = aiu_card_down()
            return resolve()
        }
        let result = unsafe aiu_card_connect(Array(card.prefix(4)), Array(card.suffix(4)))
        guard result == 0 else {
            return context.journal.warning("the network card cannot be used: \(Errno(-result))")
        }
        nameServer = card.suffix(4).map(String.init).joined(separator: ".")
        resolve()
    }

    private func resolve() {
        guard isOpen else { return }
        resolve("nameserver \(nameServer)\noptions timeout:5 attempts:2\n")
    }

    private func close() {
        if isOpen { context.journal.info("nothing outside can be reached any more") }
        isOpen = false
        round += 1
        // Its connections end with it.
        if let pid { context.reaper.signal(pid, SIGKILL) }
        context.settings.networkEnvironment = []
        resolve(nil)
    }

    /// Commands that start from now on know the way.
    private func tell() {
        let port = context.settings.proxyPort
        let proxy = "http://127.0.0.1:\(port)"
        let tunnel = "socks5h://127.0.0.1:\(port)"
        let local = "localhost,127.0.0.1,::1"
        context.settings.networkEnvironment =
            [
                "http_proxy=\(proxy)", "https_proxy=\(proxy)", "HTTP_PROXY=\(proxy)", "HTTPS_PROXY=\(proxy)",
                "all_proxy=\(tunnel)", "ALL_PROXY=\(tunnel)", "no_proxy=\(local)", "NO_PROXY=\(local)",
            ] + authority.environment
    }

    /// Makes the file ours; with nil, makes it empty if it is.
    private func resolve(_ text: String?) {
        let path = context.settings.resolverFile
        // A file that is not there says the same as an empty one.
        let present = (try? Files.read(path, limit: 64 * 1024)) ?? []
        let isOurs = present.starts(with: Array("nameserver 127.0.0.1\n".utf8)) || isOfCard(present)
        guard text != nil || isOurs, present != Array((text ?? "").utf8) else { return }
        do throws(SystemError) {
            try Files.replace(path, with: Array((text ?? "").utf8), mode: 0o644)
        } catch {
            context.journal.warning("names may not be found: \(error)")
        }
    }

    /// Of this boot's card, or of one from before.
    private func isOfCard(_ text: [UInt8]) -> Bool {
        text.starts(with: Array("nameserver 198.19.".utf8))
    }

    private func start() {
        guard isOpen, pid == nil else { return }
        do {
            let settings = context.settings
            let proxy = try listen(settings.proxyPort)
            let names = try listen(settings.namePort)
            let questions = try listen(settings.namePort, datagrams: true)
            var request = SpawnRequest(settings.door)
            request.descriptors = [-1, -1, -1, proxy.raw, names.raw, questions.raw]
            request.workingDirectory = "/"
            request.newSession = true
            request.noNewPrivileges = true
            request.limits = [.init(resource: Int32(RLIMIT_CORE.rawValue), value: 0)]
            if geteuid() == 0, let user = settings.doorUser { request.user = .init(user: user, group: user) }
            let child = try Child.spawn(request)
            let pid = child.pid
            try context.reaper.adopt(child) { [weak self] outcome in self?.ended(outcome) }
            self.pid = pid
        } catch {
            context.journal.error("nothing can be reached for now: \(error)")
            startLater()
        }
    }

    private func ended(_ outcome: Child.Outcome) {
        pid = nil
        guard isOpen else { return }
        context.journal.warning("the proxy door ended: \(outcome)")
        startLater()
    }

    /// One that cannot live is not started without end.
    private func startLater() {
        let planned = round
        context.loop.after(delay) { [weak self] in
            guard let self, self.round == planned else { return }
            self.start()
        }
        delay = min(delay * 2, Self.longestDelay)
    }

    private func listen(_ port: UInt16, datagrams: Bool = false) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try SystemError.check(
                aiu_loopback_listen(port, datagrams ? 1 : 0), "listen on", "127.0.0.1:\(port)"))
    }
}
