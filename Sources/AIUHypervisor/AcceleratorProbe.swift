package import AIUModel
internal import AIUSystem
internal import Glibc

/// Finds out whether guests run under KVM here, by booting one. A device that opens proves nothing: in some nested
/// clouds it makes machines that never get anywhere.
package actor AcceleratorProbe {
    /// What was found out before, by a name that covers everything it depends on.
    package struct Memory: Sendable {
        let recall: @Sendable (String) -> String?
        let keep: @Sendable (String, String) -> Void

        package init(
            recall: @escaping @Sendable (String) -> String?, keep: @escaping @Sendable (String, String) -> Void
        ) {
            self.recall = recall
            self.keep = keep
        }
    }

    private let configuration: HypervisorConfiguration
    private let memory: Memory
    private let threads: BlockingThreads
    /// Two VMs that start together must not boot two probes.
    private var running: [String: Task<Accelerator, Never>] = [:]

    package init(_ configuration: HypervisorConfiguration, memory: Memory) {
        self.init(configuration, memory: memory, threads: BlockingThreads())
    }

    init(_ configuration: HypervisorConfiguration, memory: Memory, threads: BlockingThreads) {
        self.configuration = configuration
        self.memory = memory
        self.threads = threads
    }

    package func accelerator(for image: BaseImage) async throws(Failure) -> Accelerator {
        if let settled = try Self.settledWithoutProbe(configuration) { return settled }
        let key = try Self.key(image)
        if let known = memory.recall(key).flatMap(Self.decoded) { return known }
        let task = running[key] ?? start(image, key)
        return await task.value
    }

    private func start(_ image: BaseImage, _ key: String) -> Task<Accelerator, Never> {
        let guest = ProbeGuest(configuration, image)
        let task = Task { [threads, memory] in
            let verdict = await threads.run { guest.boot() }
            memory.keep(key, Self.encoded(verdict))
            self.forget(key)
            return verdict
        }
        running[key] = task
        return task
    }

    private func forget(_ key: String) { running[key] = nil }

    /// What is clear at once: an order, or no usable device.
    static func settledWithoutProbe(_ configuration: HypervisorConfiguration) throws(Failure) -> Accelerator? {
        switch configuration.acceleratorOverride {
        case "tcg": return Accelerator(kind: .tcg, reason: "AIU_ACCELERATOR=tcg asks for emulation")
        case "kvm": return Accelerator(kind: .kvm, reason: "AIU_ACCELERATOR=kvm asks for KVM, untested")
        case nil, "": break
        case let other?:
            throw Failure(.invalid, "AIU_ACCELERATOR is '\(other.prefix(64))'; it can be 'tcg' or 'kvm'")
        }
        if configuration.driver == .test {
            return Accelerator(kind: .tcg, reason: "libvirt's test driver runs no guest")
        }
        let device = configuration.kvmDevice
        do throws(SystemError) {
            _ = try FileDescriptor.open(device, O_RDWR)
            return nil
        } catch {
            let reason =
                switch error.code {
                case .noSuchFile: "there is no \(device) on this host"
                case .permissionDenied: "\(device) may not be opened; members of the group kvm may"
                case _: "\(device) cannot be opened: \(error.code)"
                }
            return Accelerator(kind: .tcg, reason: reason)
        }
    }

    /// A new boot of the host may bring another kernel; another guest kernel may fare differently.
    private static func key(_ image: BaseImage) throws(Failure) -> String {
        do throws(SystemError) {
            let bytes = try Files.read("/proc/sys/kernel/random/boot_id", limit: 256)
            let boot = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            return "accelerator \(boot) \(image.kernelDigest)"
        } catch {
            throw Failure(.internalError, "\(error)")
        }
    }

    static func encoded(_ verdict: Accelerator) -> String { "\(verdict.kind.rawValue) \(verdict.reason)" }

    static func decoded(_ text: String) -> Accelerator? {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let kind = Accelerator.Kind(rawValue: String(parts[0])) else { return nil }
        return Accelerator(kind: kind, reason: String(parts[1]))
    }
}
