import AIUModel
import AIUWire
import Synchronization

/// Links whose guests are told what to say.
final class FakeLinks: GuestLinks {
    struct State {
        var open: Set<VMID> = []
        var orders: [ShutdownOrder] = []
        var answersOrders = true
        /// Revisions and documents that were sent, in order.
        var configured: [(revision: Int, document: [UInt8])] = []
        /// Instead of an answer.
        var configureFailure: Failure?
        var trusted: [VMID: [UInt8]] = [:]
        var cards: [VMID: NetworkCard] = [:]
        /// The guest's refusal.
        var refusal: String?
    }

    let state = Mutex(State())
    /// What guests call a document.
    let digest: @Sendable ([UInt8]) -> String
    private let listener = Mutex<AsyncStream<GuestEvent>.Continuation?>(nil)
    /// What becomes of an order, by its number, instead of an answer.
    let beforeAnswer = Mutex<(@Sendable (VMID, Int, [UInt8]) -> Failure?)?>(nil)
    /// Called with what a guest takes over.
    let onConfigured = Mutex<(@Sendable (VMID, [UInt8]) -> Void)?>(nil)
    private let onOrder = Mutex<(@Sendable (VMID) -> Void)?>(nil)

    init(digest: @escaping @Sendable ([UInt8]) -> String = { "digest-\($0.count)" }) { self.digest = digest }

    func whenOrdered(_ action: @escaping @Sendable (VMID) -> Void) { onOrder.withLock { $0 = action } }
    func say(_ event: GuestEvent) { _ = listener.withLock { $0 }?.yield(event) }

    /// Whoever listened was killed.
    func deafen() { listener.withLock { $0 = nil } }

    /// A new listener takes the place of the former: a supervisor that ended hears nothing more.
    var events: AsyncStream<GuestEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: GuestEvent.self)
        listener.withLock { $0 = continuation }
        return stream
    }

    func open(_ id: VMID, contextID: UInt32, welcome: GuestIdentity) async throws(Failure) -> GuestSockets {
        state.withLock { _ = $0.open.insert(id) }
        return GuestSockets(vhost: "/v", console: "/c")
    }
    func adopt(_ id: VMID, contextID: UInt32, welcome: GuestIdentity) async throws(Failure) -> Bool {
        state.withLock { $0.open.contains(id) }
    }
    func close(_ id: VMID) async { state.withLock { _ = $0.open.remove(id) } }
    func order(_ order: ShutdownOrder, to id: VMID) async throws(Failure) {
        let answers = state.withLock {
            $0.orders.append(order)
            return $0.answersOrders
        }
        if answers { onOrder.withLock { $0 }?(id) }
    }
    func configure(
        _ id: VMID, revision: Int, document: [UInt8], within limit: Duration
    ) async throws(Failure) -> ConfiguredAnswer {
        let (failure, refusal, number) = state.withLock {
            $0.configured.append((revision, document))
            return ($0.configureFailure, $0.refusal, $0.configured.count)
        }
        if let failure = failure ?? beforeAnswer.withLock({ $0 })?(id, number, document) { throw failure }
        if refusal == nil { onConfigured.withLock { $0 }?(id, document) }
        return ConfiguredAnswer(
            revision: UInt64(revision), digest: refusal == nil ? self.digest(document) : "former", applied: [],
            refusal: refusal)
    }
    func use(_ card: NetworkCard?, in id: VMID) async { state.withLock { $0.cards[id] = card } }
    func trust(_ certificate: [UInt8], in id: VMID) async { state.withLock { $0.trusted[id] = certificate } }
    func ping(_ id: VMID, within limit: Duration) async throws(Failure) -> Duration { .microseconds(100) }
    func connect(_ id: VMID) async throws(Failure) -> Int32 { 42 }
    func attach(_ id: VMID) async throws(Failure) -> Int32 { 43 }
    func backEnds() async -> Set<VMID> { state.withLock { $0.open } }
}
