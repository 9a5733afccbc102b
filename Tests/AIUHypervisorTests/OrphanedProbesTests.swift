import AIUHypervisor
import AIUSystem
import Glibc
import Testing

@Suite("QEMUs that were only examined")
struct OrphanedProbesTests {
    private func arguments(_ root: String, machine: String = "none,accel=kvm:tcg") -> [String] {
        [
            "-S", "-no-user-config", "-nographic", "-machine", machine, "-qmp",
            "unix:\(root)/lib/qemu/qmp-AB12CD/qmp.monitor,server=on,wait=off", "-pidfile",
            "\(root)/lib/qemu/qmp-AB12CD/qmp.pid", "-daemonize",
        ]
    }

    @Test("are ended with their folders, and nothing else is")
    func ends() async throws {
        try await withTemporaryFolder { folder in
            let root = "\(folder)/libvirt"
            try Files.makeFolder("\(root)/lib/qemu/qmp-AB12CD")
            try Files.makeFolder("\(root)/lib/qemu/save")
            let probes = [try Pretender(arguments(root)), try Pretender(arguments(root, machine: "none"))]
            let others = [
                try Pretender(arguments("\(folder)/libvirt2")),  // of another state directory
                try Pretender(arguments(root, machine: "q35,accel=tcg")),  // a machine
                try Pretender(arguments(root), as: "/usr/bin/less"),  // somebody who only looks
                try Pretender(["-machine", "none", "-name", root, "-pidfile"]),  // an option without its value
            ]
            #expect(try OrphanedProbes.end(below: root) == 2)
            #expect(!probes.contains { $0.isAlive })
            #expect(others.allSatisfy { $0.isAlive })
            #expect(try Files.names(in: "\(root)/lib/qemu") == ["save"])
            #expect(try OrphanedProbes.end(below: root) == 0)
        }
    }

    @Test("are not looked for in vain where libvirt has never been")
    func noRoot() throws {
        #expect(try OrphanedProbes.end(below: "/nonexistent/libvirt") == 0)
    }
}

/// A process that looks like another program with these arguments, ended with its last user.
private final class Pretender {
    private let child: Child

    init(_ arguments: [String], as program: String = "/usr/bin/qemu-system-x86_64") throws {
        let script = #"name=$1; shift; exec -a "$name" /usr/bin/python3 -c 'import time; time.sleep(60)' "$@""#
        child = try Child.spawn(
            SpawnRequest("/bin/bash", ["-c", script, "bash", program] + arguments, environment: ["PATH=/usr/bin:/bin"]))
        let limit = ContinuousClock.now + .seconds(10)
        while .now < limit {
            // Until the script has become what it pretends to be.
            let line = String(decoding: try Files.read("/proc/\(child.pid)/cmdline", limit: 1 << 16), as: UTF8.self)
            if line.hasPrefix(program) { break }
            usleep(5000)
        }
    }

    var isAlive: Bool { Files.exists("/proc/\(child.pid)") }

    deinit {
        // One that was ended and reaped already is fine.
        try? child.signal(SIGKILL)
        _ = try? child.wait()
    }
}
