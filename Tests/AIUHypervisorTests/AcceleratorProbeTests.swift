import AIUHypervisor
import AIUModel
import AIUSystem
import Synchronization
import Testing

@Suite("Acceleration")
struct AcceleratorProbeTests {
    /// What a probe remembers, for a test to look at.
    private final class Notebook: Sendable {
        let notes = Mutex<[String: String]>([:])
        var memory: AcceleratorProbe.Memory {
            .init(
                recall: { key in self.notes.withLock { $0[key] } },
                keep: { key, value in self.notes.withLock { $0[key] = value } })
        }
    }

    private func configuration(emulator: String = "/bin/false", device: String = "/dev/null") -> HypervisorConfiguration
    {
        var configuration = HypervisorConfiguration(.embedded(root: "/nonexistent"))
        configuration.emulator = emulator
        // Any device that opens will do: the emulators of these tests are scripts.
        configuration.kvmDevice = device
        configuration.acceleratorOverride = nil
        configuration.probeLimit = .milliseconds(1500)
        return configuration
    }

    /// Probes with a shell script in QEMU's place.
    private func verdict(script: String, notebook: Notebook = Notebook()) async throws -> Accelerator {
        var result: Accelerator?
        try await withTemporaryFolder { folder in
            let path = "\(folder)/emulator"
            try makeProgram(path, script)
            let probe = AcceleratorProbe(configuration(emulator: path), memory: notebook.memory)
            result = try await probe.accelerator(for: try description().image)
        }
        return try #require(result)
    }

    @Test("a guest that greets runs under KVM")
    func greets() async throws {
        let verdict = try await verdict(script: "echo booting; echo 'aiu-agent: probe ok'; exec sleep 60")
        #expect(verdict.kind == .kvm)
    }

    @Test("a guest that greets and powers off runs under KVM")
    func greetsAndEnds() async throws {
        let verdict = try await verdict(script: "echo 'aiu-agent: probe ok'")
        #expect(verdict.kind == .kvm)
    }

    @Test("a guest that hangs is emulated")
    func hangs() async throws {
        let verdict = try await verdict(script: "exec sleep 60")
        #expect(
            verdict
                == Accelerator(
                    kind: .tcg, reason: "/dev/null is there, but a guest did not boot under it within 1.5 s"))
    }

    @Test("QEMU's last words are the reason")
    func fails() async throws {
        let verdict = try await verdict(script: "echo first >&2; echo 'cannot do that' >&2; exit 3")
        #expect(
            verdict
                == Accelerator(
                    kind: .tcg, reason: "/dev/null is there, but QEMU ended under it with code 3: cannot do that"))
    }

    @Test("endless output neither fills memory nor hides the greeting's absence")
    func floods() async throws {
        let verdict = try await verdict(script: "exec yes")
        #expect(verdict.kind == .tcg)
    }

    @Test("no device is settled at once")
    func noDevice() async throws {
        let probe = AcceleratorProbe(configuration(device: "/nonexistent/kvm"), memory: nothingRemembered)
        let verdict = try await probe.accelerator(for: try description().image)
        #expect(verdict == Accelerator(kind: .tcg, reason: "there is no /nonexistent/kvm on this host"))
    }

    @Test("orders are followed", arguments: [("tcg", Accelerator.Kind.tcg), ("kvm", .kvm)])
    func orders(order: String, kind: Accelerator.Kind) async throws {
        var configuration = configuration()
        configuration.acceleratorOverride = order
        let probe = AcceleratorProbe(configuration, memory: nothingRemembered)
        #expect(try await probe.accelerator(for: try description().image).kind == kind)
    }

    @Test("an order that is none is refused")
    func badOrder() async throws {
        var configuration = configuration()
        configuration.acceleratorOverride = "xen"
        let probe = AcceleratorProbe(configuration, memory: nothingRemembered)
        await #expect(throws: Failure.self) { try await probe.accelerator(for: try description().image) }
    }

    @Test("a verdict is remembered, and two questions at once boot one probe")
    func remembers() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/emulator"
            let script = "echo x >> \(folder)/boots; sleep 0.2; echo 'aiu-agent: probe ok'"
            try makeProgram(path, script)
            let notebook = Notebook()
            let image = try description().image
            let probe = AcceleratorProbe(configuration(emulator: path), memory: notebook.memory)
            async let first = probe.accelerator(for: image)
            async let second = probe.accelerator(for: image)
            #expect(try await first == second)
            let later = AcceleratorProbe(configuration(emulator: path), memory: notebook.memory)
            #expect(try await later.accelerator(for: image) == first)
            #expect(try Files.read("\(folder)/boots") == Array("x\n".utf8))
        }
    }
}
