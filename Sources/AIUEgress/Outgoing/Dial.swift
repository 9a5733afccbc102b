internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// One connection on its way: the addresses one after the other, a proxy between, TLS at the end.
final class Dial {
    /// All that it takes.
    struct Plan {
        var target: Target
        var endpoints: [Endpoint]
        var route: Route
        /// TLS, with the server's certificate checked.
        var secure: TLSContext?
        /// A tunnel is asked for at an HTTP proxy, also for what is not TLS.
        var tunnels: Bool
        var interface: String?
        /// The proxy may be on this very host.
        var mayProxyBeOwn = true
    }

    private enum Stage {
        case connecting, httpProxy, socksGreeting, socksAnswer, tls
    }

    private static let answerBytes = 8 << 10

    private let plan: Plan
    private let loop: EventLoop
    private let scratch: Scratch
    private var stage = Stage.connecting
    private var next = 0
    private var stream: Stream?
    private var received = ByteQueue()
    private var timer: TimerID?
    private var done: ((Result<Upstream, DialFault>) -> Void)?
    private var reason = "no address could be tried"

    init(
        _ plan: Plan, _ loop: EventLoop, _ scratch: Scratch, done: @escaping (Result<Upstream, DialFault>) -> Void
    ) {
        self.plan = plan
        self.loop = loop
        self.scratch = scratch
        self.done = done
    }

    func start() { tryNext() }

    func cancel() {
        done = nil
        stop()
    }

    private func stop() {
        if let timer { loop.cancel(timer) }
        timer = nil
        stream?.close()
        stream = nil
    }

    private func finish(_ result: Result<Upstream, DialFault>) {
        let done = done
        self.done = nil
        if case .failure = result { stop() }
        if let timer { loop.cancel(timer) }
        timer = nil
        stream = nil
        done?(result)
    }

    private func tryNext() {
        stop()
        guard next < min(plan.endpoints.count, EgressLimits.addressesTried) else {
            return finish(.failure(.failed(reason)))
        }
        let endpoint = plan.endpoints[next]
        next += 1
        stage = .connecting
        timer = loop.after(EgressLimits.connectTime) { [weak self] in
            self?.failed("\(endpoint) does not answer")
        }
        do throws(SystemError) {
            let socket = try InternetSocket.connect(endpoint, .stream, interface: plan.interface)
            let stream = Stream(socket, loop, isConnecting: true)
            stream.handler = { [unowned self] event in
                switch event {
                case .connected: connected()
                case .secured: succeed()
                case .readable: read()
                case .left: failed("\(endpoint): the connection was closed")
                case .gone(let reason): failed("\(endpoint): \(reason)")
                case .drained: break
                }
            }
            self.stream = stream
        } catch {
            failed("\(endpoint): \(error.code)")
        }
    }

    /// Only a connection that never stood is tried at the next address: what was said may not be said twice.
    private func failed(_ reason: String) {
        self.reason = reason
        if stage == .connecting { tryNext() } else { finish(.failure(.failed(reason))) }
    }

    private func connected() {
        guard let stream else { return }
        let endpoint = plan.endpoints[next - 1]
        // An address of this very host is not public, whatever number it has.
        let mayBeOwn =
            plan.route == .direct
            ? plan.target.grant.endpoint != nil
                || plan.target.grant.addresses.contains { $0.contains(endpoint.address) }
            : plan.mayProxyBeOwn
        if !mayBeOwn, InternetSocket.leadsHome(stream.raw) {
            let rule = "its address \(endpoint.address) is the host's own"
            let reason = NetworkReason(scope: plan.target.grant.reason.scope, rule: rule)
            return finish(.failure(.denied(reason, endpoint.address)))
        }
        let authority = "\(plan.target.host):\(plan.target.port)"
        switch plan.route {
        case .direct: secure()
        case .httpProxy:
            guard plan.tunnels || plan.secure != nil else { return succeed() }
            stage = .httpProxy
            stream.send(Array("CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n".utf8))
            stream.wantsRead = true
        case .socksProxy:
            stage = .socksGreeting
            stream.send([SOCKSRequest.version, 1, 0])
            stream.wantsRead = true
        }
    }

    private func read() {
        guard let stream else { return }
        switch stream.read(into: scratch) {
        case .bytes(let count): received.append(scratch, count)
        case .nothing: return
        case .end: return failed("the proxy closed the connection")
        case .failed(let reason): return failed(reason)
        }
        guard received.count <= Self.answerBytes else { return failed("the proxy says too much") }
        switch stage {
        case .connecting, .tls: break
        case .httpProxy: httpProxyAnswered()
        case .socksGreeting:
            guard received.count >= 2 else { return }
            guard received.take(2) == [SOCKSRequest.version, 0] else { return failed("the proxy wants a password") }
            stage = .socksAnswer
            let name = Array("\(plan.target.host)".utf8)
            let port = [UInt8(plan.target.port >> 8), UInt8(plan.target.port & 0xFF)]
            if case .address(let address) = plan.target.host {
                stream.send([SOCKSRequest.version, 1, 0, address.isIPv6 ? 4 : 1] + address.bytes + port)
            } else {
                stream.send([SOCKSRequest.version, 1, 0, 3, UInt8(truncatingIfNeeded: name.count)] + name + port)
            }
        case .socksAnswer: socksAnswered()
        }
    }

    private func httpProxyAnswered() {
        do throws(HTTPFault) {
            guard let end = try HTTPHead.end(in: received.slice, from: received.slice.startIndex) else { return }
            let head = received.take(end - received.slice.startIndex)
            let answer = try HTTPResponse(try HTTPHead(head), to: "HEAD")
            guard answer.status == 200 else { return failed("the proxy answered with status \(answer.status)") }
        } catch {
            return failed("the proxy's answer: \(error.rawValue)")
        }
        secure()
    }

    private func socksAnswered() {
        let bytes = Array(received.slice)
        guard bytes.count >= 5 else { return }
        guard bytes[0] == SOCKSRequest.version, bytes[1] == 0 else {
            return failed("the proxy answered with code \(bytes[1])")
        }
        let length: Int
        switch bytes[3] {
        case 1: length = 10
        case 3: length = 7 + Int(bytes[4])
        case 4: length = 22
        default: return failed("the proxy's answer is malformed")
        }
        guard bytes.count >= length else { return }
        received.drop(length)
        secure()
    }

    private func secure() {
        guard let stream else { return }
        // A server that spoke before it was asked does not speak TLS, or HTTP.
        guard received.isEmpty || plan.secure == nil && plan.target.grant.raw else {
            return failed("the server spoke before it was asked")
        }
        guard let context = plan.secure else { return succeed() }
        stage = .tls
        let isAddress = if case .address = plan.target.host { true } else { false }
        let host =
            if case .address(let address) = plan.target.host { address.description } else { "\(plan.target.host)" }
        guard let session = TLSSession(connecting: stream.raw, context, host: host, isAddress: isAddress) else {
            return failed("no TLS connection could be made")
        }
        stream.wantsRead = false
        stream.secure(session)
    }

    private func succeed() {
        guard let stream else { return }
        stream.handler = nil
        stream.wantsRead = false
        let key = Upstream.Key(
            host: "\(plan.target.host)", port: plan.target.port, isSecured: plan.secure != nil, route: plan.route)
        var isAbsolute = false
        if case .httpProxy = plan.route { isAbsolute = plan.secure == nil && !plan.tunnels }
        let upstream = Upstream(
            key, stream, plan.endpoints[next - 1], isAbsolute: isAbsolute, interface: plan.interface)
        // What a proxy passed on with its answer belongs to the tunnel.
        upstream.early = received.take(received.count)
        finish(.success(upstream))
    }
}
