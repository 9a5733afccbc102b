internal import Glibc

/// Which libvirt runs the machines, and with which programs.
package struct HypervisorConfiguration: Equatable, Sendable {
    /// A libvirt driver and where it keeps its state.
    package enum Driver: Equatable, Sendable {
        /// libvirt's QEMU driver inside this process, its whole state below `root`; no libvirtd is involved.
        case embedded(root: String)
        /// The host's libvirtd, at its own place or behind another socket.
        case system(socket: String?)
        /// libvirt's fake hypervisor, for tests.
        case test
    }

    package var driver: Driver
    package var emulator = "/usr/bin/qemu-system-x86_64"
    package var firmware = "/usr/share/qemu/qboot.rom"
    package var kvmDevice = "/dev/kvm"
    /// Who QEMU runs as when this process is root. That user must reach images, disks and sockets of the VMs.
    package var emulatorUser = "root"
    /// `tcg` or `kvm`: what to use, whatever a probe would say. At first what `AIU_ACCELERATOR` says.
    package var acceleratorOverride = Self.variable("AIU_ACCELERATOR")
    /// How long a guest may take to boot under KVM before KVM counts as unusable.
    package var probeLimit = Duration.seconds(10)

    package init(_ driver: Driver) { self.driver = driver }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Where an embedded libvirt keeps everything.
    var embeddedRoot: String? {
        if case .embedded(let root) = driver { root } else { nil }
    }

    package var uri: String {
        switch driver {
        case .embedded(let root): "qemu:///embed?root=\(URIEscape.escaped(root))"
        case .system(let socket): "qemu:///system" + (socket.map { "?socket=\(URIEscape.escaped($0))" } ?? "")
        case .test: "test:///default"
        }
    }
}

/// Percent-encoding of a path inside a URI's query.
enum URIEscape {
    static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".unicodeScalars)
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "/-._~".unicodeScalars.contains(scalar)
            {
                result.unicodeScalars.append(scalar)
            } else {
                result += "%"
                result.unicodeScalars.append(hex[Int(byte >> 4)])
                result.unicodeScalars.append(hex[Int(byte & 15)])
            }
        }
        return result
    }
}
