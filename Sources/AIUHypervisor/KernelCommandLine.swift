package import AIUModel
package import AIUWire

/// What the guest's kernel is told beyond what is compiled into it, which is right however it is started.
package enum KernelCommandLine {
    package static func text(
        accelerator: Accelerator.Kind, hotMemory: Bool = false, counterKilohertz: Int? = nil, probing: Bool = false,
        models: [AttachedModel] = []
    ) -> String {
        var words = [
            "console=ttyS0", "quiet",
            "root=/dev/vda", "rootfstype=erofs", "ro", "init=/sbin/init",
            // A panic ends the machine at once; the wait would only hide it.
            "panic=-1",
            "random.trust_cpu=on",
        ]
        // An emulated processor speculates nothing. And QEMU translates code again for every address that it is seen
        // at: with programs at random addresses each start costs 12 ms instead of 2, and 1 MB of QEMU's memory.
        if accelerator == .tcg { words += ["mitigations=off", "norandmaps"] }
        // Under KVM the kernel is told by KVM's own clock.
        if accelerator == .tcg, let counterKilohertz { words.append("tsc_early_khz=\(counterKilohertz)") }
        // Memory that was plugged in can be unplugged only when the kernel keeps its own data out of it.
        if hotMemory { words.append("memhp_default_state=online_movable") }
        // What its disks hold is the host's word: nothing in a file says whom it is for.
        words += models.map(\.bootWord)
        if probing { words.append("aiu.probe=1") }
        return words.joined(separator: " ")
    }
}
