package import AIUSystem
internal import CLinux
internal import Glibc

/// What must happen before anything can be said or read: devices, a console, the kernel's command line.
package enum FirstSteps {
    /// Gives the agent descriptors 0 to 2, which the kernel could not: the image has no device files.
    package static func openConsole() -> [String] {
        var problems = Mounts.mount("devtmpfs", on: "/dev", type: "devtmpfs", [.noSuid, .noExec], "mode=755")
        let console = unsafe open("/dev/console", O_RDWR | O_NOCTTY)
        if console >= 0 {
            for target in Int32(0)...2 where console != target { dup2(console, target) }
            if console > 2 { close(console) }
        } else {
            problems.append("there is no console: \(Errno.current)")
        }
        return problems + Mounts.mount("proc", on: "/proc", type: "proc", [.noSuid, .noDev, .noExec], nil)
    }

    /// The kernel was started only to see whether it can: says so and ends the machine.
    package static var isProbe: Bool {
        // Without a command line nobody asked for a probe.
        guard let bytes = try? Files.read("/proc/cmdline", limit: 64 * 1024) else { return false }
        return String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.contains("aiu.probe=1")
    }

    package static func answerProbe() {
        let line = Array("aiu-agent: probe ok\n".utf8)
        // When the console does not work the probe has failed, and its silence says so.
        _ = unsafe write(STDOUT_FILENO, line, line.count)
        _ = aiu_end_machine(0)
    }

    /// Where warnings go beside the journal. Without blocking: nobody may be reading at the other end.
    package static func console() -> FileDescriptor? {
        // A machine without a console has the journal.
        try? FileDescriptor.open("/dev/console", O_WRONLY | O_NOCTTY | O_NONBLOCK)
    }
}
