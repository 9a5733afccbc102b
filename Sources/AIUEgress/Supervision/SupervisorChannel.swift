internal import AIUModel
internal import AIUSystem

/// The socket to the supervisor: orders come from it, reports go to it. While a report waits, nothing is let through.
final class SupervisorChannel {
    private let stream: Stream
    private var decoder = EgressDecoder()
    private var waiting: [() -> Void] = []
    private let scratch: Scratch
    private var orders: Orders?

    /// What is done with what the supervisor says.
    struct Orders {
        let obey: (EgressOrder) -> Void
        let refuse: (String) -> Void
        let ended: (String) -> Void
    }

    init(_ socket: consuming FileDescriptor, _ loop: EventLoop, _ scratch: Scratch) {
        stream = Stream(socket, loop, isConnecting: false)
        self.scratch = scratch
    }

    func serve(_ orders: Orders) {
        self.orders = orders
        stream.handler = { [unowned self] event in
            switch event {
            case .readable: read()
            case .drained: release()
            case .left: orders.ended("the other end is gone")
            case .gone(let reason): orders.ended(reason)
            case .connected, .secured: break
            }
        }
        stream.wantsRead = true
    }

    /// Whether the supervisor has taken everything that it was told.
    var isClear: Bool { !stream.isBlocked }
    /// So much waits that nothing more may be decided.
    var isFull: Bool { stream.pendingBytes > EgressLimits.reportBytes }

    func send(_ message: EgressMessage) { stream.send(message.encoded) }

    /// Runs the action as soon as the supervisor has everything that it was told so far.
    func whenTold(_ action: @escaping () -> Void) {
        if isClear { action() } else { waiting.append(action) }
    }

    private func release() {
        let actions = waiting
        waiting = []
        for (index, action) in actions.enumerated() {
            // What goes on may report again, and the rest then waits for that.
            guard isClear else {
                waiting = Array(actions[index...]) + waiting
                return
            }
            action()
        }
    }

    private func read() {
        switch stream.read(into: scratch) {
        case .bytes(let bytes):
            let copy = scratch.copy(bytes)
            decoder.feed(copy)
            wipeShared(copy)
            scratch.wipe()
            take()
        case .nothing: break
        case .end: orders?.ended("the supervisor is gone")
        case .failed(let reason): orders?.ended(reason)
        }
    }

    private func take() {
        do throws(EgressDecoder.Fault) {
            while let message = try decoder.next() {
                do throws(EgressOrder.Fault) {
                    orders?.obey(try EgressOrder(message))
                } catch {
                    orders?.refuse(error.description)
                }
                if message.kind == .secret { wipeShared(message.payload) }
            }
        } catch {
            orders?.ended(error.description)
        }
    }
}
