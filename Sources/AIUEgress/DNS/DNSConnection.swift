internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// A stream of questions from the guest's stub. Every answer is made here: no question goes on to anybody.
final class DNSConnection {
    private static let secondsKept: UInt32 = 30

    private unowned let proxy: EgressProxy
    private let stream: Stream
    private var inbox = ByteQueue()
    private var hasEnded = false

    init(_ socket: consuming FileDescriptor, _ proxy: EgressProxy) {
        self.proxy = proxy
        stream = Stream(socket, proxy.loop, isConnecting: false)
        stream.meter = proxy.meter
        stream.handler = { [unowned self] event in
            switch event {
            case .readable: readable()
            case .drained: process()
            case .left, .gone: close()
            case .connected, .secured: break
            }
        }
        stream.wantsRead = true
    }

    func close() {
        guard !stream.isClosed else { return }
        stream.close()
        proxy.forget(self)
    }

    func isLate(_ now: ContinuousClock.Instant) -> Bool { stream.lastMove + EgressLimits.idleTime < now }

    private func readable() {
        switch stream.read(into: proxy.scratch) {
        case .bytes(let count):
            inbox.append(proxy.scratch, count)
            process()
        case .nothing: break
        case .end:
            hasEnded = true
            process()
        case .failed: close()
        }
    }

    private func process() {
        while inbox.count >= 2, !stream.isClosed {
            // Answers that nobody takes, and reports that nobody takes, hold up the questions.
            if stream.isBlocked { return wait() }
            if proxy.channel.isFull {
                proxy.channel.whenTold { [weak self] in self?.process() }
                return wait()
            }
            let head = Array(inbox.slice.prefix(2))
            let length = Int(head[0]) << 8 | Int(head[1])
            guard (DNSQuestion.headerLength...EgressLimits.dnsMessageBytes).contains(length) else { return close() }
            guard inbox.count >= 2 + length else { break }
            inbox.drop(2)
            let answer = answer(inbox.take(length))
            let bytes =
                [UInt8(truncatingIfNeeded: answer.count >> 8), UInt8(truncatingIfNeeded: answer.count)] + answer
            proxy.channel.whenTold { [weak self] in self?.stream.send(bytes) }
        }
        if hasEnded { return close() }
        stream.wantsRead = !stream.isClosed
    }

    private func wait() { stream.wantsRead = false }

    private func answer(_ message: [UInt8]) -> [UInt8] {
        let question: DNSQuestion
        do throws(DNSQuestion.Fault) {
            question = try DNSQuestion(message)
        } catch {
            return DNSQuestion.empty(message, code: error.rawValue)
        }
        guard proxy.nameRate.lastMinute < EgressLimits.namesPerMinute else {
            let rule = "more than \(EgressLimits.namesPerMinute) names in a minute"
            proxy.record(EgressDecision(kind: .name, allowed: false, host: "", scope: "limits", rule: rule))
            return question.answer(code: DNSQuestion.Fault.refused.rawValue)
        }
        proxy.nameRate.count()
        let text = String(decoding: question.name.prefix(253), as: UTF8.self)
        var decision = EgressDecision(kind: .name, allowed: false, host: text)
        let host: EgressHost
        do throws(EgressHost.Fault) {
            host = try EgressHost(parsing: question.name)
        } catch {
            proxy.record(decision.said(false, NetworkReason(scope: "protocol", rule: error.rawValue)))
            return question.answer(code: 3)
        }
        guard case .name(let name) = host else { return question.answer(code: 3) }
        decision.host = name
        switch proxy.filter.name(host) {
        case .denied(let reason):
            proxy.record(decision.said(false, reason))
            return question.answer(code: 3)
        case .allowed(let grant), .dependsOnRequest(let grant):
            switch DNSQuestion.Kind(rawValue: question.kind) {
            case .address:
                proxy.record(decision.said(true, grant.reason))
                return question.answer(address: proxy.synthetic.address(of: name).bytes, seconds: Self.secondsKept)
            // There is nothing of that kind; the other kind is asked for, too.
            case .address6, .service: return question.answer(code: 0)
            case nil:
                let rule = "only addresses are asked for, not records of type \(question.kind)"
                proxy.record(decision.said(false, NetworkReason(scope: "protocol", rule: rule)))
                return question.answer(code: DNSQuestion.Fault.refused.rawValue)
            }
        }
    }
}
