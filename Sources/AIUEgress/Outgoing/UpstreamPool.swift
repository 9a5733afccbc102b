internal import AIUModel

/// Connections to servers that wait for another request of the same VM.
final class UpstreamPool {
    private var idle: [Upstream] = []

    func take(_ key: Upstream.Key) -> Upstream? {
        guard let index = idle.lastIndex(where: { $0.key == key }) else { return nil }
        let upstream = idle.remove(at: index)
        upstream.stream.handler = nil
        upstream.isReused = true
        return upstream
    }

    func give(_ upstream: Upstream) {
        guard !upstream.stream.isClosed else { return }
        if idle.count >= EgressLimits.idleUpstreams { idle.removeFirst().stream.close() }
        upstream.idleSince = .now
        // A server says nothing unasked: whatever it does is the end.
        upstream.stream.handler = { [unowned self, unowned upstream] event in
            switch event {
            case .readable, .left, .gone: drop(upstream)
            case .connected, .secured, .drained: break
            }
        }
        upstream.stream.wantsRead = true
        idle.append(upstream)
    }

    private func drop(_ upstream: Upstream) {
        idle.removeAll { $0 === upstream }
        upstream.stream.close()
    }

    /// Closes those that are no longer wanted.
    func prune(_ isWanted: (Upstream) -> Bool) {
        let (kept, gone) = (idle.filter(isWanted), idle.filter { !isWanted($0) })
        idle = kept
        for upstream in gone { upstream.stream.close() }
    }
}
