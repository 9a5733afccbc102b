internal import AIUModel
internal import AIUSystem
internal import Dispatch
internal import Glibc

/// One guest, booted under KVM straight with QEMU, that has only to say that it lives.
struct ProbeGuest: Sendable {
    /// What the agent writes on the console when `aiu.probe=1` is on the kernel's command line.
    static let greeting = "aiu-agent: probe ok"
    private static let patienceWithKill = Duration.seconds(1)
    private static let keptOutput = 64 * 1024

    private let configuration: HypervisorConfiguration
    private let image: BaseImage

    init(_ configuration: HypervisorConfiguration, _ image: BaseImage) {
        self.configuration = configuration
        self.image = image
    }

    /// How the guest fared.
    private enum End {
        case greeted
        case timedOut
        case ended(Child.Outcome, lastWords: String)
    }

    /// Boots, listens and always ends QEMU. Blocks for the limit at most.
    func boot() -> Accelerator {
        let start = ContinuousClock.now
        do {
            switch try run(until: start + configuration.probeLimit) {
            case .greeted:
                let time = start.duration(to: .now)
                return Accelerator(
                    kind: .kvm, reason: "a guest booted under KVM in \(Int64(time / .milliseconds(1))) ms")
            case .timedOut:
                let seconds = "\(configuration.probeLimit / .seconds(1)) s".replacing(".0 s", with: " s")
                return unusable("a guest did not boot under it within \(seconds)")
            case .ended(.exited(0), _):
                return unusable("a guest that was booted under it ended without a word")
            case .ended(.exited(let code), let lastWords):
                return unusable("QEMU ended under it with code \(code)\(lastWords)")
            case .ended(.killed(let signal), let lastWords):
                return unusable("QEMU was ended under it by signal \(signal)\(lastWords)")
            }
        } catch {
            return unusable("no guest could be booted to try it: \(error)")
        }
    }

    private func unusable(_ why: String) -> Accelerator {
        Accelerator(kind: .tcg, reason: "\(configuration.kvmDevice) is there, but \(why)")
    }

    private func run(until deadline: ContinuousClock.Instant) throws -> End {
        var console = try ChildOutput()
        var errors = try ChildOutput()
        try console.settle()
        try errors.settle()
        var request = SpawnRequest(configuration.emulator, arguments, environment: ["PATH=/usr/bin:/bin", "LC_ALL=C"])
        request.descriptors = [-1, console.writeEnd, errors.writeEnd]
        request.noNewPrivileges = true
        request.deathSignal = SIGKILL
        request.limits = [.init(resource: Int32(RLIMIT_CORE.rawValue), value: 0)]
        let child = try Child.spawn(request)
        console.closeWriteEnd()
        errors.closeWriteEnd()
        let end = Result { try listen(&console, &errors, child, deadline) }
        // It may have ended by itself, which is what the signal is for anyway.
        try? child.signal(SIGKILL)
        guard let outcome = try reap(child) else { return try end.get() ?? .timedOut }
        guard let heard = try end.get() else { return .ended(outcome, lastWords: Self.lastLine(of: errors.received)) }
        return heard
    }

    /// Nil when even a kill does not end QEMU soon: a broken KVM can hold a process inside the kernel.
    private func reap(_ child: consuming Child) throws(SystemError) -> Child.Outcome? {
        let deadline = ContinuousClock.now + Self.patienceWithKill
        while ContinuousClock.now < deadline {
            if let outcome = try child.poll() { return outcome }
            usleep(2000)
        }
        let leftover = Leftover(child)
        DispatchQueue.global(qos: .background).async { leftover.wait() }
        return nil
    }

    /// Nil when QEMU ended by itself.
    private func listen(
        _ console: inout ChildOutput, _ errors: inout ChildOutput, _ child: borrowing Child,
        _ deadline: ContinuousClock.Instant
    ) throws -> End? {
        let greeting = Array(Self.greeting.utf8)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return .timedOut }
            var waits = [console.interest, errors.interest]
            let count = unsafe poll(&waits, nfds_t(waits.count), Int32(clamping: Int64(left / .milliseconds(1)) + 1))
            if count < 0, Errno.current != .interrupted { throw SystemError("wait for the guest", code: .current) }
            if waits[1].revents != 0 { try errors.receive(keeping: Self.keptOutput) }
            if waits[0].revents != 0 { try console.receive(keeping: Self.keptOutput) }
            if console.received.contains(greeting) { return .greeted }
            if !console.isOpen, !errors.isOpen { return nil }
        }
    }

    var arguments: [String] {
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-machine", "q35,accel=kvm", "-cpu", "host", "-m", "128M",
            "-bios", configuration.firmware,
            "-kernel", image.kernelPath,
            "-append", KernelCommandLine.text(accelerator: .kvm, probing: true),
            "-blockdev", "driver=raw,node-name=root,read-only=on,file.driver=file,file.filename=\(escapedRoot)",
            "-device", "virtio-blk-pci,drive=root",
            "-serial", "stdio",
        ]
    }

    private var escapedRoot: String {
        image.rootPath.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }

    private static func lastLine(of bytes: [UInt8]) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.last else { return "" }
        return ": " + line.prefix(300)
    }
}

/// A QEMU that was killed and has yet to end.
private final class Leftover: Sendable {
    private let child: Child

    init(_ child: consuming Child) { self.child = child }

    /// Its outcome is of no use any more; it only must not stay a zombie.
    func wait() { _ = try? child.wait() }
}
