import AIUAPI
import AIUClient
import AIUJSON
import AIUModel
import AIUPolicy
import AIUSystem
import AIUTLS
import AIUWire
import Glibc
import Synchronization
import Testing

/// The interface over TCP, as `aiu` reaches it from another machine.
@Suite(.serialized)
struct NetworkTests {
    private struct World: Sendable {
        let api: Fixture
        let port: UInt16
        let certificates: Certificates

        func client(
            as name: String? = nil, trusting authority: String = "ca", host: String = "localhost"
        ) throws -> AIUClient.Client {
            let place = try StatePlace(
                option: api.folder, environment: [:], userID: geteuid(), workingDirectory: "/")
            let client = AIUClient.Client(place: place, patience: Patience(limit: .seconds(10)))
            var remote = try RemotePlace("https://\(host):\(port)")
            remote.authority = certificates.path("\(authority).pem")
            if let name {
                remote.certificate = certificates.path("\(name).pem")
                remote.key = certificates.path("\(name).key")
            }
            client.remote = remote
            return client
        }

        /// Of a list that is asked for at the socket, which believes tokens as the network does.
        func status(_ header: String) async throws -> Int {
            try await api.ask("GET", "/v1/vms", headers: [header]).status
        }

        func refusal(
            _ request: AIUClient.Request, as name: String? = nil, trusting authority: String = "ca",
            host: String = "localhost"
        ) async throws -> String {
            try await blocking {
                do {
                    _ = try client(as: name, trusting: authority, host: host).bytes(request)
                    return "nothing was refused"
                } catch {
                    return "\(error)"
                }
            }
        }
    }

    private static func with(
        required: Bool = false, role: Role = .operator, logins: FakeLogins? = nil,
        _ body: (World) async throws -> Void
    ) async throws {
        let folder = "/tmp/tls-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        try Files.makeFolder(folder)
        let certificates = try Certificates(in: folder)
        let me = try #require(UserNames.name(of: geteuid()))
        let port = try Self.unusedPort()
        let result: Result<Void, any Error>
        do {
            try await Fixture.with(
                vms: 2, access: Access(RoleAssignments([role: [me], .viewer: ["@scientists"]]), administrators: []),
                listen: certificates.listen(port, required: required, users: ["CN=anna,O=Staff": me]), logins: logins
            ) { api in try await body(World(api: api, port: port, certificates: certificates)) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try Files.removeTree(folder)
        try result.get()
    }

    /// Not one that connections get by themselves: those stay taken for a minute after their end.
    private static func unusedPort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 10_000..<32_000)
            // Taken by somebody else: another one is tried.
            if (try? TCPSocket.listen("127.0.0.1", port: port)) != nil { return port }
        }
        throw Failure(.unavailable, "no port is free for the test")
    }

    @Test("a client's certificate stands for the user that aiud.json names, and the audit tells where they were")
    func certificate() async throws {
        try await Self.with { world in
            let who: Identity = try await blocking { try world.client(as: "anna").value(Calls.whoAmI) }
            #expect(who.user == geteuid() && who.role == .operator)
            let vm = try #require(VMName("vm-0000"))
            _ = try await blocking {
                try world.client(as: "anna").value(try Calls.stop(vm, StopVM(force: true)), as: VMView.self)
            }
            let actor = try #require(world.api.audit.all.last?.actor)
            #expect(actor.address == "127.0.0.1" && actor.process == nil && actor.role == .operator)
        }
    }

    @Test("a token is enough where no certificate is asked for; without either nobody gets in")
    func token() async throws {
        try await Self.with { world in
            let made = try await world.api.ask(
                "POST", "/v1/access-tokens", body: #"{"name":"far","role":"viewer"}"#)
            let secret = try JSONText.decode(NewAccessToken.self, from: made.body).secret
            let nobody = try await world.refusal(Calls.list)
            #expect(nobody.contains("over the network you are not known"), "\(nobody)")
            let (list, who) = try await blocking { () throws -> ([VMView], Identity) in
                let client = try world.client(host: "127.0.0.1")
                client.credential = try Credential.ofProcess(["AIU_TOKEN": secret])
                return (try client.value(Calls.list), try client.value(Calls.whoAmI))
            }
            #expect(list.count == 2 && who.token == "far")
        }
    }

    @Test(
        "a certificate that is not to be trusted is refused",
        arguments: [
            ("stranger", "you are not known"),  // not even shown: the server names the authorities that it believes
            ("machine", "not signed by"), ("past", "not signed by"),
        ])
    func untrusted(name: String, words: String) async throws {
        try await Self.with { world in
            let refusal = try await world.refusal(Calls.list, as: name)
            #expect(refusal.contains(words), "\(name): \(refusal)")
        }
    }

    @Test("with required certificates nobody comes in without one, though they have a token")
    func required() async throws {
        try await Self.with(required: true) { world in
            let refusal = try await world.refusal(Calls.version)
            #expect(refusal.contains("a client's certificate is needed"), "\(refusal)")
            let list: [VMView] = try await blocking { try world.client(as: "anna").value(Calls.list) }
            #expect(list.count == 2)
            // The socket stays open to those on the host.
            #expect(try await world.api.ask("GET", "/v1/vms").status == 200)
        }
    }

    @Test("a server that is not the right one is not spoken to")
    func wrongServer() async throws {
        try await Self.with { world in
            let refusal = try await world.refusal(Calls.list, trusting: "other")
            #expect(refusal.contains("is not trusted"), "\(refusal)")
            // The same server under a name that its certificate does not have.
            let other = try await world.refusal(Calls.list, host: "127.0.0.1.")
            #expect(other.contains("not known") || other.contains("is not trusted"), "\(other)")
        }
    }

    @Test(
        "a server is believed under a name that its certificate has, and under no other",
        arguments: [("localhost", true), ("a-server-with-a-long-name.example", false)])
    func expectedName(host: String, isRight: Bool) async throws {
        try await Self.with { world in
            let refusal = try await blocking { () throws -> String? in
                let socket = try TCPConnection.open(host: "127.0.0.1", port: world.port, within: .seconds(5))
                let client = try TLSClient(
                    socket,
                    .init(host: host, authorities: world.certificates.path("ca.pem"), certificate: nil, key: nil))
                do throws(TLSFailure) {
                    while try !client.shakeHands() { usleep(1000) }
                    return nil
                } catch {
                    return error.description
                }
            }
            #expect((refusal == nil) == isRight, "\(refusal ?? "trusted")")
            #expect(isRight || refusal?.contains("does not match") == true)
        }
    }

    @Test("a name and a password of a directory give the roles of its groups; a token made so follows the directory")
    func login() async throws {
        let logins = FakeLogins(["dora": ("correct horse", ["scientists"]), "emil": ("x", [])])
        try await Self.with(logins: logins) { world in
            let secret = try await blocking { () throws -> String in
                let client = try world.client()
                client.credential = .login("dora", password: "correct horse")
                let who: Identity = try client.value(Calls.whoAmI)
                #expect(who.name == "dora" && who.user == nil && who.role == .viewer)
                let made: NewAccessToken = try client.value(
                    try Calls.createToken(CreateAccessToken(name: "hers", role: .viewer)))
                client.credential = .login("emil", password: "x")
                #expect(throws: ClientError.self) { try client.bytes(Calls.list) }
                return made.secret
            }
            #expect(world.api.audit.all.contains { $0.actor?.name == "dora" && $0.action == "createToken" })
            let list = try await world.status("Authorization: Bearer \(secret)")
            #expect(list == 200)
            // Who leaves the group, or the directory, takes the token along; a directory that is away admits nobody.
            logins.state.withLock { $0.people["dora"]?.groups = [] }
            #expect(try await world.status("Authorization: Bearer \(secret)") == 401)
            logins.state.withLock { $0.people["dora"]?.groups = ["scientists"] }
            logins.state.withLock { $0.isThere = false }
            #expect(try await world.status("Authorization: Bearer \(secret)") == 503)
            #expect(try await world.api.ask("GET", "/v1/vms").status == 200)
        }
    }

    @Test("who tries passwords is held off, and the directory with them")
    func guessing() async throws {
        let logins = FakeLogins(["dora": ("correct horse", ["scientists"])])
        try await Self.with(logins: logins) { world in
            let words = try await blocking { () throws -> [String] in
                try (0..<8).map { number in
                    let client = try world.client()
                    client.credential = .login("dora", password: number < 7 ? "wrong" : "correct horse")
                    do {
                        _ = try client.bytes(Calls.list)
                        return "in"
                    } catch {
                        return "\(error)"
                    }
                }
            }
            #expect(words[4].contains("is wrong") && words[5].contains("too often") && words[7].contains("too often"))
            #expect(logins.state.withLock { $0.asked } == 5)
            // The kernel knows who is at the socket; nobody poses as another there.
            let answer = try await world.api.ask("GET", "/v1/vms", headers: ["Authorization: Basic ZG9yYTp4"])
            #expect(answer.status == 401 && answer.message.contains("only taken over the network"))
        }
    }

    @Test("what is not TLS gets no word of HTTP")
    func plain() async throws {
        try await Self.with { world in
            let port = world.port
            let answer = try await blocking { () throws -> [UInt8] in
                let socket = try TCPConnection.open(host: "127.0.0.1", port: port, within: .seconds(5))
                try socket.setNonBlocking(false)
                try socket.writeAll(Array("GET /v1/version HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
                return try socket.readToEnd(limit: 4096)
            }
            #expect(!String(decoding: answer, as: UTF8.self).contains("HTTP"))
        }
    }

    @Test("a command in a VM goes over the network as over the socket: both ways, half-closed, megabytes")
    func operation() async throws {
        try await Self.with { world in
            await world.api.control.set { _, socket in
                while let bytes = try socket.read(upTo: 65536), !bytes.isEmpty { try socket.writeAll(bytes) }
                try socket.writeAll(Array("end".utf8))
            }
            let vm = try #require(VMName("vm-0000"))
            let bulk = [UInt8](repeating: 7, count: 3_000_000)
            let received = try await blocking { () throws -> Int in
                let stream = try world.client(as: "anna").operation(
                    .execute(ExecuteRequest(command: ["cat"], input: true)), in: vm, purpose: "testing")
                try stream.socket.setNonBlocking(false)
                // From another thread, because nobody holds so much for us.
                let raw = try stream.socket.duplicate().release()
                WorkThread.detach {
                    let sender = FileDescriptor(owning: raw)
                    do throws(SystemError) {
                        try sender.writeAll(bulk)
                    } catch {
                        Issue.record("sending broke off: \(error)")
                    }
                }
                return try stream.socket.readAll(count: bulk.count).count
            }
            #expect(received == bulk.count)
        }
    }

    @Test("a client that leaves ends its stream, also over the network")
    func leaving() async throws {
        try await Self.with { world in
            try await blocking {
                let stream = try world.client(as: "anna").open(Calls.events(after: 0, follow: true))
                _ = try stream.nextPart()
            }
            #expect(try await world.api.eventually { await world.api.control.eventReaders == 0 })
        }
    }
}
