package import AIUModel

/// Everything that the supervisor needs from the outside, as seams: real ones in `aiud`, small fakes in tests.
package struct Services: Sendable {
    package var hypervisor: any Hypervisor
    package var images: any Images
    package var store: any VMStore
    package var links: any GuestLinks
    /// SHA-256 as hex.
    package var digest: @Sendable ([UInt8]) -> String
    /// Milliseconds since 1970.
    package var clock: @Sendable () -> Int64
    package var residentBytes: @Sendable () -> UInt64
    /// The checks of `aiu doctor`, each adapter's own.
    package var examinations: [@Sendable () async -> [HealthCheck]]
    /// Sends bytes down a socket that the caller owns; here because the supervisor itself touches no descriptor.
    package var send: @Sendable ([UInt8], Int32) throws(Failure) -> Void
    package var closeSocket: @Sendable (Int32) -> Void
    package var log: @Sendable (String) -> Void

    package init(
        hypervisor: any Hypervisor, images: any Images, store: any VMStore, links: any GuestLinks,
        digest: @escaping @Sendable ([UInt8]) -> String, clock: @escaping @Sendable () -> Int64,
        residentBytes: @escaping @Sendable () -> UInt64,
        examinations: [@Sendable () async -> [HealthCheck]],
        send: @escaping @Sendable ([UInt8], Int32) throws(Failure) -> Void,
        closeSocket: @escaping @Sendable (Int32) -> Void, log: @escaping @Sendable (String) -> Void
    ) {
        self.hypervisor = hypervisor
        self.images = images
        self.store = store
        self.links = links
        self.digest = digest
        self.clock = clock
        self.residentBytes = residentBytes
        self.examinations = examinations
        self.send = send
        self.closeSocket = closeSocket
        self.log = log
    }
}
