internal import AIUModel
internal import AIUSystem

/// One name on its way to addresses: a socket of its own, so that its port is one more thing that nobody guesses.
final class Lookup {
    /// What came of it.
    enum Outcome {
        case addresses([IPAddress], seconds: UInt32)
        case failed(String)
    }

    private struct Question {
        let bytes: [UInt8]
        var answer: ResolverMessage.Answer?
    }

    private let name: String
    private let servers: [Endpoint]
    private let interface: String?
    private let loop: EventLoop
    private let scratch: Scratch
    private var questions: [Question] = []
    private var stream: Stream?
    private var received = ByteQueue()
    private var isOverTCP = false
    private var attempt = 0
    private var timer: TimerID?
    private var done: ((Outcome) -> Void)?

    init(
        _ name: String, servers: [Endpoint], interface: String?, _ loop: EventLoop, _ scratch: Scratch,
        done: @escaping (Outcome) -> Void
    ) {
        self.name = name
        self.servers = servers
        self.interface = interface
        self.loop = loop
        self.scratch = scratch
        self.done = done
    }

    func start() { ask(overTCP: false) }

    func cancel() {
        done = nil
        stop()
    }

    private func stop() {
        stream?.close()
        stream = nil
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func finish(_ outcome: Outcome) {
        stop()
        let done = done
        self.done = nil
        done?(outcome)
    }

    private func ask(overTCP: Bool) {
        stop()
        received.clear()
        guard !servers.isEmpty else { return finish(.failed("no name server is known")) }
        let server = servers[attempt % servers.count]
        isOverTCP = overTCP
        questions = [DNSQuestion.Kind.address, .address6].map {
            Question(bytes: ResolverMessage.question(id: .random(in: 0...UInt16.max), name: name, kind: $0.rawValue))
        }
        timer = loop.after(EgressLimits.lookupTime) { [weak self] in self?.next("it did not answer in time") }
        do throws(SystemError) {
            let socket = try InternetSocket.connect(server, overTCP ? .stream : .datagram, interface: interface)
            let stream = Stream(socket, loop, isConnecting: overTCP)
            stream.handler = { [unowned self] event in
                switch event {
                case .connected: send()
                case .readable: read()
                case .left: next("the connection was closed")
                case .gone(let reason): next(reason)
                case .drained, .secured: break
                }
            }
            self.stream = stream
            if !overTCP { send() }
            stream.wantsRead = true
        } catch {
            next("\(error.code)")
        }
    }

    private func send() {
        for question in questions {
            let length = [UInt8(question.bytes.count >> 8), UInt8(question.bytes.count & 0xFF)]
            stream?.send(isOverTCP ? length + question.bytes : question.bytes)
        }
    }

    /// The same question to the next server, or the end.
    private func next(_ reason: String) {
        // What is known of one kind of address is better than nothing.
        if questions.contains(where: { $0.answer?.addresses.isEmpty == false }) { return conclude() }
        attempt += 1
        guard attempt < servers.count * EgressLimits.lookupRounds else {
            return finish(.failed("the name server does not help: \(reason)"))
        }
        ask(overTCP: false)
    }

    private func read() {
        while let stream, done != nil {
            switch stream.read(into: scratch) {
            case .bytes(let count):
                let message = scratch.copy(count)
                if isOverTCP { takeStream(message) } else { take(message) }
            case .nothing: return
            case .end: return next("it closed the connection")
            case .failed(let reason): return next(reason)
            }
        }
    }

    private func takeStream(_ bytes: [UInt8]) {
        received.append(bytes)
        while received.count >= 2, done != nil {
            let head = Array(received.slice.prefix(2))
            let length = Int(head[0]) << 8 | Int(head[1])
            guard received.count >= 2 + length else { return }
            received.drop(2)
            take(received.take(length))
        }
    }

    private func take(_ message: [UInt8]) {
        for index in questions.indices where questions[index].answer == nil {
            guard let answer = ResolverMessage.answer(message, to: questions[index].bytes) else { continue }
            if answer.isCut, !isOverTCP { return ask(overTCP: true) }
            // A server that cannot answer is not one that says that there is nothing.
            guard answer.code == 0 || answer.code == 3 else { return next("it answered with error \(answer.code)") }
            questions[index].answer = answer
        }
        if questions.allSatisfy({ $0.answer != nil }) { return conclude() }
        // Some name servers never say that there is no IPv6 address.
        if questions.contains(where: { $0.answer?.addresses.isEmpty == false }), let running = timer {
            loop.cancel(running)
            timer = loop.after(EgressLimits.otherKindTime) { [weak self] in self?.conclude() }
        }
    }

    private func conclude() {
        let answers = questions.compactMap(\.answer)
        let addresses = answers.flatMap(\.addresses)
        guard !addresses.isEmpty else { return finish(.failed("there is no such name")) }
        let seconds = answers.filter { !$0.addresses.isEmpty }.map(\.seconds).min()
        finish(.addresses(addresses, seconds: seconds ?? 0))
    }
}
