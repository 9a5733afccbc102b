internal import Dispatch

/// Threads for copies that block for as long as a client takes, never one of Swift's small cooperative pool.
enum ArchiveThread {
    private static let queue = DispatchQueue(label: "aiu.archives", qos: .utility, attributes: .concurrent)

    static func run<Success: Sendable>(
        _ body: @escaping @Sendable () throws(ArchiveError) -> Success
    ) async throws(ArchiveError) -> Success {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { () throws(ArchiveError) in try body() }) }
        }
        return try result.get()
    }

    static func start(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }
}
