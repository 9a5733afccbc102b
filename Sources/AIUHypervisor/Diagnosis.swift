internal import AIUModel

/// What a libvirt error means for us, and what to do about it.
struct Diagnosis: Equatable {
    /// Words of QEMU and libvirt that tell more than their codes, most telling first.
    private static let signs: [(words: [String], reason: Failure.Reason, remedy: String)] = [
        (
            ["Failed to parse user", "Failed to parse group"], .unavailable,
            "libvirt needs its own user; make it with `useradd --system --user-group libvirt-qemu`"
        ),
        (
            ["Cannot allocate memory", "cannot set up guest memory", "Cannot set up guest memory"], .noSpace,
            "the host has too little free memory; stop a VM or give this one less"
        ),
        (["No space left on device"], .noSpace, "free some disk space; `aiu doctor` shows what is used"),
        (
            ["KVM kernel module", "failed to initialize kvm", "kvm_", "KVM is not available"], .unavailable,
            "KVM does not work here; set AIU_ACCELERATOR=tcg to emulate"
        ),
        (
            ["Cannot check QEMU binary", "no emulator", "unable to find any emulator", "qemu-system"], .unavailable,
            "install qemu-system-x86"
        ),
        (
            ["Failed to connect socket to", "/var/run/libvirt", "libvirt-sock"], .unavailable,
            "is libvirtd running? `systemctl start libvirtd` starts it"
        ),
        (["Failed to connect"], .unavailable, "the VM's vsock back end does not listen; starting the VM again helps"),
        (["Permission denied", "permission denied"], .denied, "QEMU's user must reach the VM's files"),
        (
            ["libvirt_driver_qemu", "no connection driver available", "Failed to load module"], .unavailable,
            "install libvirt-daemon-driver-qemu"
        ),
        (
            ["Failed to acquire pid file", "pid file"], .busy,
            "another process uses the same libvirt folder; is a second aiud running?"
        ),
    ]

    let reason: Failure.Reason
    let remedy: String?

    init(of error: LibvirtError) {
        if let sign = Self.signs.first(where: { $0.words.contains { error.message.contains($0) } }) {
            reason = sign.reason
            remedy = sign.remedy
            return
        }
        remedy = nil
        reason =
            switch error.kind {
            case .noSuchMachine: .notFound
            case .notRunning, .exists: .conflict
            case .unsupported: .unsupported
            case .noMemory: .noSpace
            case .timedOut: .timedOut
            case .denied: .denied
            case .connectionLost, .missing: .unavailable
            case .invalidDescription, .other: .internalError
            }
    }
}
