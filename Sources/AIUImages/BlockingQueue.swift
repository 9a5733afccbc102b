internal import AIUModel
internal import Dispatch

/// Threads for work that blocks, so that it never takes one from Swift's small cooperative pool.
struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    /// A serial queue does one thing at a time, in order.
    init(_ label: String, concurrent: Bool = false) {
        queue = DispatchQueue(label: label, qos: .userInitiated, attributes: concurrent ? .concurrent : [])
    }

    func run<Success: Sendable>(
        _ body: @escaping @Sendable () throws(ImageError) -> Success
    ) async throws(Failure) -> Success {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { () throws(ImageError) in try body() }) }
        }
        switch result {
        case .success(let success): return success
        case .failure(let error): throw error.failure
        }
    }
}
