package import AIUModel
internal import AIUSystem

/// What `aiu doctor` wants to know of the programs that run machines, before any is run.
package struct HostExamination: Sendable {
    private static let driverPath = "/usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so"

    private let configuration: HypervisorConfiguration

    package init(_ configuration: HypervisorConfiguration) { self.configuration = configuration }

    /// Blocks for a moment, while QEMU tells its version.
    package func programs() -> [HealthCheck] {
        guard configuration.driver != .test else { return [] }
        return [
            emulator(),
            present("firmware", configuration.firmware, package: "qemu-system-data"),
            present("libvirt's QEMU driver", Self.driverPath, package: "libvirt-daemon-driver-qemu"),
        ]
    }

    package static func acceleration(_ accelerator: Accelerator) -> HealthCheck {
        switch accelerator.kind {
        case .kvm: HealthCheck("acceleration", .good, "KVM: \(accelerator.reason)")
        case .tcg:
            HealthCheck(
                "acceleration", .warning, "emulation: \(accelerator.reason)",
                remedy: "VMs work, but about ten times slower; a host with working KVM makes them fast")
        }
    }

    package static func confinement(_ limitations: [String]) -> [HealthCheck] {
        guard !limitations.isEmpty else { return [HealthCheck("confinement", .good, "nothing is missing")] }
        return limitations.map { HealthCheck("confinement", .warning, $0) }
    }

    private func emulator() -> HealthCheck {
        let path = configuration.emulator
        guard Files.exists(path) else { return present("QEMU", path, package: "qemu-system-x86") }
        do {
            return HealthCheck("QEMU", .good, "QEMU \(try EmulatorVersion.read(path)) (\(path))")
        } catch {
            return HealthCheck("QEMU", .bad, "\(error)", remedy: "install qemu-system-x86 anew")
        }
    }

    private func present(_ name: String, _ path: String, package: String) -> HealthCheck {
        Files.exists(path)
            ? HealthCheck(name, .good, path)
            : HealthCheck(name, .bad, "there is no \(path)", remedy: "install \(package)")
    }
}
