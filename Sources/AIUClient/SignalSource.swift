package import AIUSystem
internal import CLinux
internal import Glibc

/// Signals as something to wait for, instead of something that interrupts. While it lives they no longer end the process.
package final class SignalSource: Sendable {
    package let raw: Int32
    private let descriptor: FileDescriptor
    private let signals: [Int32]

    /// To be made on the main thread, before there are others.
    package init(_ signals: [Int32]) throws(SystemError) {
        var set = Self.set(of: signals)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let raw = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        descriptor = FileDescriptor(owning: try SystemError.checkErrno(raw, "wait for signals"))
        self.raw = raw
        self.signals = signals
    }

    deinit {
        var set = Self.set(of: signals)
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// The next signal that came, nil when there is none.
    package func take() -> Int32? {
        var bytes: [UInt8] = []
        // Reading a signalfd fails only when there is nothing to read.
        if let read = try? descriptor.read(upTo: MemoryLayout<signalfd_siginfo>.size) { bytes = read }
        guard bytes.count >= 4 else { return nil }
        // The structure begins with the signal's number.
        return bytes[..<4].reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) }
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}
