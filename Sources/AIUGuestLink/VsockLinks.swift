package import AIUModel
internal import AIUSystem
package import AIUWire
internal import Glibc

/// The links to all guests, on one event loop's thread.
package actor VsockLinks: GuestLinks {
    private static let dialLimit: Duration = .seconds(10)

    package nonisolated let events: AsyncStream<GuestEvent>
    private nonisolated let executor: LoopExecutor
    private let news: AsyncStream<GuestEvent>.Continuation
    private let configuration: GuestLinkConfiguration
    private var links: [VMID: GuestLink] = [:]
    private var starts: [VMID: BackEndStart] = [:]
    private var lastNonce: UInt64 = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    package init(_ configuration: GuestLinkConfiguration) throws(Failure) {
        do {
            executor = try LoopExecutor(name: "links")
            try Files.makeFolder("\(configuration.runDirectory)/vm", mode: 0o700)
        } catch {
            throw Failure(.unavailable, "cannot prepare links to guests: \(error)")
        }
        self.configuration = configuration
        (events, news) = AsyncStream.makeStream()
    }

    private var loop: EventLoop { unsafe executor.loop }

    package func open(
        _ id: VMID, contextID: UInt32, welcome: GuestIdentity
    ) async throws(Failure) -> GuestSockets {
        await close(id)
        let directory = folder(of: id)
        do {
            try Files.makeFolder(directory, mode: 0o700)
            try await start(id, directory: directory, contextID: contextID, welcome: welcome)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.unavailable, "cannot open the link to \(welcome.hostname): \(error)")
        }
        return GuestSockets(vhost: "\(directory)/vhost.sock", console: "\(directory)/console.sock")
    }

    /// Starts a back end and waits, while all other links are served, until it listens.
    private func start(_ id: VMID, directory: String, contextID: UInt32, welcome: GuestIdentity) async throws {
        let start = try BackEndStart(
            configuration.backEnd, directory: directory, contextID: contextID, consolePath: welcome.consolePath,
            loop: loop)
        starts[id] = start
        let failure = await withCheckedContinuation { continuation in
            start.whenReady { continuation.resume(returning: $0) }
        }
        // Another start of the same VM may have taken the place of this one, which then has failed.
        if starts[id] === start { starts[id] = nil }
        if let failure { throw failure }
        guard let process = start.takeProcess() else { throw Failure(.busy, "the VM is being stopped") }
        try link(id, directory: directory, identity: welcome, process: process)
    }

    package func adopt(_ id: VMID, contextID: UInt32, welcome: GuestIdentity) async throws(Failure) -> Bool {
        let directory = folder(of: id)
        guard links[id] == nil, let process = BackEndProcess.find(in: directory) else { return links[id] != nil }
        do {
            try link(id, directory: directory, identity: welcome, process: process)
        } catch {
            throw Failure(.unavailable, "cannot take over the link to \(welcome.hostname): \(error)")
        }
        return true
    }

    package func close(_ id: VMID) async {
        starts.removeValue(forKey: id)?.cancel()
        if let link = links.removeValue(forKey: id) {
            link.close()
        } else {
            BackEndProcess.find(in: folder(of: id))?.end(loop: loop)
        }
        do {
            if Files.exists(folder(of: id)) { try Files.removeTree(folder(of: id)) }
        } catch {
            Log("link").warning("\(id): \(error)")
        }
    }

    package func order(_ order: ShutdownOrder, to id: VMID) async throws(Failure) {
        guard let agent = links[id]?.agent else {
            throw Failure(.unavailable, "the agent is not connected")
        }
        do {
            agent.send(try Frame(.shutdown, encoding: order))
        } catch {
            throw Failure(.internalError, "cannot tell the agent to shut down: \(error)")
        }
    }

    package func ping(_ id: VMID, within limit: Duration) async throws(Failure) -> Duration {
        guard let link = links[id] else { throw Failure(.conflict, "the VM is not running") }
        lastNonce &+= 1
        let nonce = lastNonce
        let result = await withCheckedContinuation { continuation in
            link.ping(nonce: nonce, limit: limit) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    package func configure(
        _ id: VMID, revision: Int, document: [UInt8], within limit: Duration
    ) async throws(Failure) -> ConfiguredAnswer {
        guard let link = links[id] else { throw Failure(.conflict, "the VM is not running") }
        let order: ConfigurationOrder
        do {
            order = try ConfigurationOrder(revision: UInt64(clamping: revision), document: document)
        } catch {
            throw Failure(.invalid, "cannot send the configuration: \(error)")
        }
        let result = await withCheckedContinuation { continuation in
            link.configure(order, limit: limit) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    package func use(_ card: NetworkCard?, in id: VMID) async { links[id]?.use(card) }

    package func trust(_ certificate: [UInt8], in id: VMID) async { links[id]?.trust(certificate) }

    package func connect(_ id: VMID) async throws(Failure) -> Int32 { try await dial(.operations, of: id) }

    package func attach(_ id: VMID) async throws(Failure) -> Int32 { try await dial(.console, of: id) }

    private func dial(_ destination: BackEndDialer.Destination, of id: VMID) async throws(Failure) -> Int32 {
        guard let link = links[id] else { throw Failure(.conflict, "the VM is not running") }
        let loop = loop
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Int32, Failure>, Never>) in
            do {
                _ = try BackEndDialer(destination, directory: link.directory, loop: loop, limit: Self.dialLimit) {
                    continuation.resume(returning: $0)
                }
            } catch {
                continuation.resume(
                    returning: .failure(Failure(.unavailable, "cannot reach the VM's back end: \(error)")))
            }
        }
        return try result.get()
    }

    package func backEnds() async -> Set<VMID> {
        do {
            let names = try Files.names(in: "\(configuration.runDirectory)/vm")
            return Set(names.compactMap(VMID.init).filter { BackEndProcess.isAlive(in: folder(of: $0)) })
        } catch {
            Log("link").warning("\(error)")
            return []
        }
    }

    private func folder(of id: VMID) -> String { "\(configuration.runDirectory)/vm/\(id)" }

    private func link(
        _ id: VMID, directory: String, identity: GuestIdentity, process: consuming BackEndProcess
    ) throws(SystemError) {
        let news = news
        links[id] = try GuestLink(
            id: id, directory: directory, identity: identity, process: process, loop: loop,
            heartbeat: configuration.heartbeat
        ) { news.yield($0) }
    }
}
