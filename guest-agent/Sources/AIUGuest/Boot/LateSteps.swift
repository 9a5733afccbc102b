internal import AIUSystem
internal import CLinux
internal import Glibc

/// What the guest needs before it works, but not before it says hello.
package enum LateSteps {
    /// Settings of the kernel: what programs may see of it, and traps with other people's files.
    private static let kernelSettings = [
        ("kernel/printk", "4 4 1 4"), ("kernel/dmesg_restrict", "1"), ("kernel/kptr_restrict", "2"),
        ("fs/protected_hardlinks", "1"), ("fs/protected_symlinks", "1"), ("fs/protected_fifos", "2"),
        ("fs/protected_regular", "2"),
    ]

    package static func run(context: GuestContext) {
        let journal = context.journal
        let problems = Mounts.mount(
            "cgroup2", on: "/sys/fs/cgroup", type: "cgroup2", [.noSuid, .noDev, .noExec], "nsdelegate,favordynmods")
        for problem in problems { journal.warning(problem) }
        do throws(SystemError) {
            let groups = try CommandGroups(loop: context.loop, journal: journal)
            groups.limit(memoryTotal: GuestFacts().memoryTotal)
            context.groups = groups
        } catch {
            journal.warning("commands run without control groups: \(error)")
        }
        for (name, value) in kernelSettings {
            do throws(SystemError) {
                try CommandGroups.set("/proc/sys/\(name)", value)
            } catch {
                // A kernel without the setting does not have the trap, or was built by somebody who wants it.
                journal.info("\(error)")
            }
        }
        for problem in ModelDisks.lay() { journal.warning(problem) }
        let loopback = aiu_loopback_up()
        if loopback < 0 { journal.warning("the loopback interface is down: \(Errno(-loopback))") }
        let caught = aiu_catch_ctrl_alt_del()
        if caught < 0 { journal.warning("Ctrl-Alt-Del restarts at once: \(Errno(-caught))") }
    }
}
