import Glibc

/// A thread for what waits.
final class Thread: @unchecked Sendable {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private var identifier = pthread_t()
    private var isJoined = false

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

    deinit {
        if !isJoined { pthread_detach(identifier) }
    }

    func join() {
        isJoined = true
        pthread_join(identifier, nil)
    }
}
