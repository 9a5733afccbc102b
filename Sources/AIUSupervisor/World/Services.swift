package import AIUModel

/// Everything that the supervisor needs from the outside: real things in `aiud`, small fakes in tests.
package struct Services: Sendable {
    /// Only `Effects` gets these, so that nothing is changed outside without a step.
    let seams: Seams
    let host: Host

    package static let beginning = ContinuousClock.now

    package init(
        hypervisor: any Hypervisor, images: any Images, store: any VMStore, links: any GuestLinks,
        archives: any Archives, models: any ModelFiles, catalogue: any ModelCatalogue,
        policies: PolicyKeeper,
        egress: (any EgressControl)? = nil,
        digest: @escaping @Sendable ([UInt8]) -> String, clock: @escaping @Sendable () -> Int64,
        steady: @escaping @Sendable () -> Duration = { ContinuousClock.now - Self.beginning },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        residentBytes: @escaping @Sendable () -> UInt64,
        examinations: [@Sendable () async -> [HealthCheck]],
        send: @escaping @Sendable ([UInt8], Int32) throws(Failure) -> Void,
        closeSocket: @escaping @Sendable (Int32) -> Void,
        failPoint: @escaping @Sendable (Step) throws(Failure) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void
    ) {
        seams = Seams(
            hypervisor: hypervisor, images: images, store: store, links: links, archives: archives, models: models,
            catalogue: catalogue, egress: egress, failPoint: failPoint)
        host = Host(
            policies: policies, digest: digest, clock: clock, steady: steady, sleep: sleep,
            residentBytes: residentBytes,
            examinations: examinations,
            send: send, closeSocket: closeSocket, log: log)
    }
}
