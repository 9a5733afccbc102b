import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

/// A VM whose workload has become root and turns on the host through vsock, beside two that behave.
@Suite("real VMs: a hostile guest", .serialized, .enabled(if: Machine.isAvailable))
struct HostileGuestTests {
    /// A hello that is taken, so that what follows it is listened to.
    private static let words = """
        import json, struct
        def frame(kind, body): return struct.pack('<IB', len(body), kind) + body
        times = {'agentStarted': 1, 'filesMounted': 1, 'dialled': 1}
        hello = {'protocolVersion': 1, 'agentVersion': '0', 'kernel': 'k', 'bootID': 'b', 'bootTimes': times,
                 'configurationDigest': 'd', 'processors': 1, 'memoryBytes': 1}
        HELLO, LOG = frame(1, json.dumps(hello).encode()), 4

        """

    /// What a guest says that has got hold of the agent's own way to the host. Each ends after a while by itself.
    private static let attacks = [
        (
            "a flood of heartbeats and logs",
            """
            import socket, time
            end = time.time() + 6
            while time.time() < end:
                try:
                    s = socket.socket(socket.AF_VSOCK); s.settimeout(2); s.connect((2, 1024))
                    record = {'source': 'agent', 'level': 'info', 'uptime': 1, 'text': 'x'}
                    s.sendall(HELLO)
                    logs = frame(LOG, json.dumps([record] * 900).encode())
                    while time.time() < end: s.sendall(logs)
                except OSError: time.sleep(0.01)
            """
        ),
        (
            "thousands of connections",
            """
            import socket, time
            end = time.time() + 6
            kept = []
            while time.time() < end:
                s = socket.socket(socket.AF_VSOCK); s.setblocking(False)
                try: s.connect((2, 1024))
                except OSError: pass
                kept.append(s)
                if len(kept) > 900: kept = kept[300:]
            """
        ),
        (
            "rubbish, and never reading",
            """
            import socket, os, time
            end = time.time() + 6
            while time.time() < end:
                try:
                    s = socket.socket(socket.AF_VSOCK); s.settimeout(2); s.connect((2, 1024))
                    s.sendall(b'\\xff\\xff\\xff\\xff' + os.urandom(4096))
                    s.shutdown(socket.SHUT_WR); time.sleep(0.05)
                except OSError: time.sleep(0.01)
            """
        ),
        (
            "a flood of the console",
            """
            import os, time
            end = time.time() + 6
            f = os.open('/dev/ttyS0', os.O_WRONLY | os.O_NOCTTY)
            while time.time() < end: os.write(f, b'flood ' * 600)
            """
        ),
    ]

    @Test("whatever it does, the supervisor's memory is bounded and its neighbours are served")
    func neighbours() throws {
        let machine = try Machine()
        let honest = ["good", "kind"]
        for name in honest + ["bad"] { try machine.succeed("launch", name, "--memory", "128MB") }
        let quiet = try honest.map { try median($0, machine) }
        let before = try memory(of: machine)
        for (name, script) in Self.attacks {
            // The attack before may still keep the agent from its supervisor.
            #expect(
                try machine.eventually {
                    try machine.aiu(
                        "exec", "--user", "root", "-i", "bad", "--", "sh", "-c",
                        "cat >/tmp/attack.py; setsid python3 /tmp/attack.py >/dev/null 2>&1 & sleep 1",
                        input: Self.words + script
                    ).status == 0
                })
            let busy = try honest.map { try median($0, machine) }
            let after = try memory(of: machine)
            print("\(name): neighbours' pings \(busy) ms (quiet: \(quiet) ms), supervisor \(after >> 20) MiB")
            // Two cores run the attacker, its back end, the neighbours and us: generous, because a busy host is no fault.
            for (busy, quiet) in zip(busy, quiet) { #expect(busy < max(quiet * 5, 20), "\(name)") }
            #expect(after - before < 64 << 20, "\(name)")
            for vm in honest { #expect(try machine.succeed("exec", vm, "--", "echo", "well") == "well") }
        }
        try machine.succeed("delete", "--force", "--purge", "good", "kind", "bad")
    }

    /// Milliseconds from the host to a neighbour's agent and back.
    private func median(_ name: String, _ machine: borrowing Machine) throws -> Double {
        let text = try machine.json("ping", name, "--count", "51").described
        let field = try #require(text.firstRange(of: #""medianMilliseconds":"#))
        return try #require(
            Double(text[field.upperBound...].prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "e" }))
    }

    private func memory(of machine: borrowing Machine) throws -> Int {
        let path = "/proc/\(try machine.supervisor())/statm"
        let fields = String(decoding: try Files.read(path), as: UTF8.self).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }
}
