import AIUHypervisor
import AIUModel
import Testing

@Suite("libvirt's errors")
struct LibvirtErrorTests {
    @Test(
        "say what was tried, why it failed, and the way out",
        arguments: [
            (
                LibvirtError.Kind.other, "invalid argument: Failed to parse user 'libvirt-qemu'",
                Failure.Reason.unavailable, "useradd"
            ),
            (.other, "internal error: qemu: cannot set up guest memory: Cannot allocate memory", .noSpace, "memory"),
            (
                .other, "internal error: Could not access KVM kernel module: No such file", .unavailable,
                "AIU_ACCELERATOR"
            ),
            (.unsupported, "Cannot check QEMU binary /usr/bin/qemu-system-x86_64", .unavailable, "install"),
            (.other, "-chardev socket: Failed to connect to '/run/x': Connection refused", .unavailable, "back end"),
            (.other, "Failed to acquire pid file '/x/run/qemu/driver.pid'", .busy, "second aiud"),
            (.exists, "operation failed: domain 'aiu-0' already exists with uuid", .conflict, "already exists"),
            (.missing, "there is no kernel at /x", .unavailable, "kernel"),
            (.other, "something never seen", .internalError, "never seen"),
        ])
    func mapping(kind: LibvirtError.Kind, message: String, reason: Failure.Reason, word: String) {
        let failure = LibvirtError("start web", kind: kind, message: message).failure
        #expect(failure.reason == reason)
        #expect(failure.message.hasPrefix("cannot start web: "))
        #expect(failure.message.contains(word))
    }

    @Test("an endless message is cut")
    func bounded() {
        let error = LibvirtError("start web", kind: .other, message: String(repeating: "x", count: 1 << 20))
        #expect(error.description.utf8.count < 4096)
    }
}
