internal import AIUSystem
internal import CLinux
internal import Glibc

/// One run of an engine: feeds it, collects what it writes, and ends it with all that it started.
enum EngineRun {
    static func complete(_ engine: Engine) throws(SystemError) -> Result<Engine.Outcome, SpawnError> {
        // A reader that ends early must not end us.
        signal(SIGPIPE, SIG_IGN)
        let clock = ContinuousClock()
        let end = clock.now + engine.deadline
        let input = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        let child: Child
        do throws(SpawnError) {
            child = try Child.spawn(request(engine, [input.reading.raw, output.writing.raw, errors.writing.raw]))
        } catch {
            return .failure(error)
        }
        let outputEnd = output.keepReading()
        let errorsEnd = errors.keepReading()
        var feed = Feed(input.keepWriting(), engine.input)
        try outputEnd.setNonBlocking()
        try errorsEnd.setNonBlocking()

        var outcome = Engine.Outcome(output: [], errors: [], ending: .exited(0), truncated: false, timedOut: false)
        var outputOpen = true
        var errorsOpen = true
        var ended: Child.Outcome?
        while ended == nil || outputOpen || errorsOpen {
            let rest = end - clock.now
            guard rest > .zero else {
                outcome.timedOut = ended == nil
                break
            }
            var polls = [
                pollfd(fd: outputOpen ? outputEnd.raw : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorsOpen ? errorsEnd.raw : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: feed.descriptor, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: ended == nil ? child.pidfd.raw : -1, events: Int16(POLLIN), revents: 0),
            ]
            // Once it has ended, nobody is left to write more than the pipes hold already.
            let wait = ended != nil ? 0 : Int32(min(rest / .milliseconds(1) + 1, 60_000))
            if unsafe poll(&polls, nfds_t(polls.count), wait) == 0, ended != nil { break }
            if polls[0].revents != 0 {
                outputOpen = try drain(outputEnd, into: &outcome.output, engine.outputLimit, &outcome.truncated)
            }
            if polls[1].revents != 0 {
                errorsOpen = try drain(errorsEnd, into: &outcome.errors, engine.outputLimit, &outcome.truncated)
            }
            if polls[2].revents != 0 { feed.go() }
            if polls[3].revents != 0 {
                // Before it is reaped its number, and so its session's, cannot be anybody else's.
                kill(-child.pid, SIGKILL)
                ended = try child.poll()
            }
        }
        if let ended {
            outcome.ending = ended
        } else {
            kill(-child.pid, SIGKILL)
            outcome.ending = try child.wait()
        }
        return .success(outcome)
    }

    private static func request(_ engine: Engine, _ descriptors: [Int32]) -> SpawnRequest {
        var request = SpawnRequest(engine.path, engine.arguments, environment: engine.environment)
        request.workingDirectory = engine.workingDirectory
        request.descriptors = descriptors
        request.newSession = true
        request.noNewPrivileges = true
        request.noVsock = true
        request.deathSignal = SIGKILL
        request.limits = [.init(resource: Int32(RLIMIT_CORE.rawValue), value: 0)]
        if let memory = engine.memoryLimit {
            request.limits.append(.init(resource: Int32(RLIMIT_AS.rawValue), value: memory))
        }
        if let size = engine.fileSizeLimit {
            request.limits.append(.init(resource: Int32(RLIMIT_FSIZE.rawValue), value: size))
        }
        return request
    }

    /// Reads what is there; false at the end.
    private static func drain(
        _ source: borrowing FileDescriptor, into bytes: inout [UInt8], _ limit: Int, _ truncated: inout Bool
    ) throws(SystemError) -> Bool {
        guard let part = try source.read(upTo: 64 * 1024) else { return true }
        guard !part.isEmpty else { return false }
        let room = limit - bytes.count
        if part.count > room { truncated = true }
        bytes += part.prefix(room)
        return true
    }
}

/// Both ends of a pipe.
private struct Pipe: ~Copyable {
    let reading: FileDescriptor
    let writing: FileDescriptor

    init() throws(SystemError) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutablePointer(to: &ends) { pointer in
            unsafe pointer.withMemoryRebound(to: Int32.self, capacity: 2) { unsafe aiu_pipe($0) }
        }
        try SystemError.check(result, "make a pipe")
        reading = FileDescriptor(owning: ends.0)
        writing = FileDescriptor(owning: ends.1)
    }

    /// Closes the other end.
    consuming func keepReading() -> FileDescriptor { reading }
    consuming func keepWriting() -> FileDescriptor { writing }
}

/// What is still to be written to an engine's standard input; closed when all is, or nobody reads.
private struct Feed: ~Copyable {
    /// -1 when closed.
    private(set) var descriptor: Int32
    private let bytes: [UInt8]
    private var written = 0

    init(_ end: consuming FileDescriptor, _ bytes: [UInt8]) {
        self.bytes = bytes
        descriptor = end.release()
        // Written in small steps when there is room; should this fail, a write waits for the reader, no more.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        if bytes.isEmpty { shut() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private mutating func shut() {
        close(descriptor)
        descriptor = -1
    }

    mutating func go() {
        let target = descriptor
        guard target >= 0 else { return }
        let start = written
        let count = unsafe bytes.withUnsafeBytes { buffer in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
            return unsafe write(target, rest.baseAddress, rest.count)
        }
        if count < 0, Errno.current == .wouldBlock || Errno.current == .interrupted { return }
        // A broken pipe says that the engine wants no more: nothing is wrong.
        written += count < 0 ? bytes.count : count
        if written >= bytes.count { shut() }
    }
}
