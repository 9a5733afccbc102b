internal import CLlama
internal import Glibc

/// Notices that whoever asked does not want the answer any more: they said so, or closed the connection.
@safe final class Interrupt {
    private let descriptor: Int32
    private var lastLook: Int64 = 0
    private(set) var isRequested = false

    /// Watches a socket on which nothing may come but the wish to stop.
    init(watching descriptor: Int32) { self.descriptor = descriptor }

    /// Looks at the socket, at most every few milliseconds.
    func poll() -> Bool {
        if isRequested { return true }
        let now = llama_time_us()
        guard now - lastLook > 3000 else { return false }
        lastLook = now
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        isRequested = unsafe Glibc.poll(&entry, 1, 0) > 0
        return isRequested
    }

    /// Lets the engine ask in the middle of its arithmetic as well, while `body` runs.
    func watching<Result>(
        _ context: OpaquePointer, _ body: () throws(InferenceProblem) -> Result
    ) throws(InferenceProblem) -> Result {
        unsafe llama_set_abort_callback(
            context,
            { data in
                guard let data = unsafe data else { return false }
                return unsafe Unmanaged<Interrupt>.fromOpaque(data).takeUnretainedValue().poll()
            }, Unmanaged.passUnretained(self).toOpaque())
        defer { unsafe llama_set_abort_callback(context, nil, nil) }
        return try body()
    }
}
