import AIUHypervisor
import AIUModel
import Testing

@Suite("Examining the host")
struct HostExaminationTests {
    @Test(
        "QEMU's version is what it says",
        arguments: [
            ("echo 'QEMU emulator version 7.2.22 (Debian 1:7.2)'; echo more", "QEMU 7.2.22 ("),
            ("echo nonsense", "QEMU unknown ("),
            ("exit 1", "QEMU unknown ("),
        ])
    func version(script: String, expected: String) async throws {
        try await withTemporaryFolder { folder in
            var configuration = HypervisorConfiguration(.embedded(root: folder))
            configuration.emulator = "\(folder)/emulator"
            try makeProgram(configuration.emulator, script)
            let check = try #require(HostExamination(configuration).programs().first)
            #expect(check.detail.hasPrefix(expected))
        }
    }

    @Test("what is missing is bad and can be installed")
    func missing() {
        var configuration = HypervisorConfiguration(.embedded(root: "/nonexistent"))
        configuration.emulator = "/nonexistent/qemu"
        configuration.firmware = "/nonexistent/rom"
        let bad = HostExamination(configuration).programs().filter { $0.verdict == .bad }
        #expect(bad.count >= 2)
        #expect(bad.allSatisfy { $0.remedy?.hasPrefix("install ") == true })
    }

    @Test("emulation is a warning with its reason; KVM is good")
    func acceleration() {
        let emulated = HostExamination.acceleration(Accelerator(kind: .tcg, reason: "no KVM here"))
        #expect(emulated.verdict == .warning && emulated.detail.contains("no KVM here") && emulated.remedy != nil)
        #expect(HostExamination.acceleration(Accelerator(kind: .kvm, reason: "booted")).verdict == .good)
    }
}
