internal import AIUModel

/// What all proxies share: the secrets, and who listens to decisions. On the loop's thread.
final class EgressHub {
    private static let mostNews = 1000

    var secrets: [String: EgressSecret] = [:]
    private var listeners: [VMID: [Int: AsyncStream<EgressDecision>.Continuation]] = [:]
    private var lastListener = 0

    func tell(_ decision: EgressDecision, of id: VMID) {
        for listener in (listeners[id] ?? [:]).values { listener.yield(decision) }
    }

    /// `dropped` is called, from anywhere, when the reader has gone.
    func listen(to id: VMID, dropped: @escaping @Sendable (Int) -> Void) -> AsyncStream<EgressDecision> {
        let (stream, listener) = AsyncStream.makeStream(
            of: EgressDecision.self, bufferingPolicy: .bufferingNewest(Self.mostNews))
        lastListener += 1
        let number = lastListener
        listeners[id, default: [:]][number] = listener
        listener.onTermination = { _ in dropped(number) }
        return stream
    }

    func drop(_ number: Int, of id: VMID) {
        listeners[id]?[number] = nil
        if listeners[id]?.isEmpty == true { listeners[id] = nil }
    }

    func finish(_ id: VMID) {
        for listener in (listeners.removeValue(forKey: id) ?? [:]).values { listener.finish() }
    }
}
