import AIUSystem
import Glibc
import Synchronization

/// A thread for the guest's part, so that what waits there holds up nobody.
final class Thread: @unchecked Sendable {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private var identifier = pthread_t()

    init(_ run: @escaping () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run))
        _ = unsafe pthread_create(
            &identifier, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, body.toOpaque())
    }

    func join() { pthread_join(identifier, nil) }
}

/// Counts for another thread, which it also ends.
final class Counter: Sendable {
    private let state = Mutex((value: 0, stopped: false))
    var value: Int { state.withLock { $0.value } }
    var isStopped: Bool { state.withLock { $0.stopped } }
    func add(_ amount: Int) { state.withLock { $0.value += amount } }
    func stop() { state.withLock { $0.stopped = true } }
}

/// What this process occupies.
enum Memory {
    static func resident() throws -> Int {
        // AddressSanitizer keeps what is freed, so nothing can be measured.
        guard unsafe dlsym(nil, "__asan_init") == nil else { return 0 }
        let fields = String(decoding: try Files.read("/proc/self/statm"), as: UTF8.self).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }
}
