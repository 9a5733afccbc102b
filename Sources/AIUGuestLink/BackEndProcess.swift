internal import AIUSystem
internal import Glibc

/// One VM's `aiu-vsockd`: started by us, or found running after a restart.
struct BackEndProcess: ~Copyable {
    let pidfd: FileDescriptor

    /// Finds the process that listens in a VM's folder, by the kernel's word and not by a file that may be stale.
    static func find(in directory: String) -> BackEndProcess? {
        do {
            let probe = try UnixSocket.connectNow("\(directory)/host.sock")
            let peer = try UnixSocket.peer(of: probe.raw)
            return BackEndProcess(pidfd: try ProcessHandle.open(peer.process))
        } catch {
            return nil
        }
    }

    static func isAlive(in directory: String) -> Bool {
        guard let found = find(in: directory) else { return false }
        return found.pidfd.raw >= 0
    }

    /// Collects it after its end.
    func reap() { ProcessHandle.reap(pidfd) }

    /// Kills it, and collects it once it has ended.
    consuming func end(loop: EventLoop) {
        let process = Ending(pidfd)
        do throws(SystemError) {
            try ProcessHandle.signal(process.pidfd, SIGKILL)
            try loop.watch(process.pidfd.raw, .read) { _ in
                loop.unwatch(process.pidfd.raw)
                ProcessHandle.reap(process.pidfd)
            }
        } catch {
            Log("link").warning("a vsock back end could not be ended: \(error)")
            ProcessHandle.reap(process.pidfd)
        }
    }

    /// A process that was killed, kept until it has gone.
    private final class Ending {
        let pidfd: FileDescriptor
        init(_ pidfd: consuming FileDescriptor) { self.pidfd = consume pidfd }
    }
}
