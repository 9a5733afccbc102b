import AIUModel
import AIUSystem
import Glibc
import Testing

/// A VM whose only way out is a tunnel, on a host whose usual way out counts whatever goes there.
@Suite(
    "real VMs: one way out and no other", .serialized,
    .enabled(if: Machine.isAvailable && FakeNetworks.isPossible))
struct OneWayOutTests {
    private static let script = """
        import urllib.request
        try: print(urllib.request.urlopen('http://any.example/WHAT', timeout=15).read().decode())
        except Exception as e: print('not reached:', e)
        """

    @Test("by a network namespace or by an interface: reached through it, and nothing is when it is gone")
    func tunnels() throws {
        let networks = try FakeNetworks(in: "\(Machine.folder)/networks-\(getpid())")
        let machine = try Machine()
        try machine.serve("{}", in: networks.host)
        try apply(machine, #""vpn_namespace": "\#(networks.tunnel)""#)
        try Files.replace(
            "\(machine.state)/box.json", with: Array(#"{"internet": true, "network_policy": "vpn"}"#.utf8))
        try machine.succeed("launch", "box", "--memory", "192MB", "--config", "\(machine.state)/box.json")

        try byNamespace(machine, networks)
        try apply(machine, #""vpn_interface": "vpn0""#)
        try byInterface(machine, networks)
        #expect(networks.leaks.isEmpty, "\(networks.leaks.prefix(5))")
        // The decoy does count.
        try networks.ip(
            "netns", "exec", networks.host, "/usr/bin/python3", "-c",
            "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('93.184.216.10', 9))")
        #expect(try machine.eventually { networks.leaks.count == 1 })
    }

    private func byNamespace(_ machine: borrowing Machine, _ networks: FakeNetworks) throws {
        try reached(machine, networks, FakeNetworks.tunnelAddress, "first")
        try networks.set(networks.tunnel, "tun0", up: false)
        try notReached(machine, networks, "down")
        try networks.set(networks.tunnel, "tun0", up: true)
        try networks.ip("-n", networks.tunnel, "route", "add", "default", "via", "203.0.113.1", "dev", "tun0")
        try reached(machine, networks, FakeNetworks.tunnelAddress, "up")

        try networks.ip("netns", "delete", networks.tunnel)
        usleep(900_000)
        let shown = try machine.succeed("net", "show", "box")
        #expect(shown.contains("network namespace '\(networks.tunnel)'"), "\(shown)")
        try notReached(machine, networks, "deleted")
        // Another one of that name is taken by itself.
        try networks.makeTunnel()
        #expect(try machine.eventually { try machine.succeed("net", "show", "box").contains("runs") })
        try reached(machine, networks, FakeNetworks.tunnelAddress, "again")
        #expect(networks.visits.allSatisfy { $0.hasPrefix("\(FakeNetworks.tunnelAddress) ") }, "\(networks.visits)")
    }

    private func byInterface(_ machine: borrowing Machine, _ networks: FakeNetworks) throws {
        try reached(machine, networks, FakeNetworks.interfaceAddress, "interface")
        try networks.set(networks.host, "vpn0", up: false)
        try notReached(machine, networks, "interface-down")
        try networks.set(networks.host, "vpn0", up: true)
        try networks.ip(
            "-n", networks.host, "route", "add", "default", "via", "198.51.100.1", "dev", "vpn0", "metric", "1000")
        try reached(machine, networks, FakeNetworks.interfaceAddress, "interface-up")
        try networks.ip("-n", networks.host, "link", "delete", "vpn0")
        try notReached(machine, networks, "interface-gone")
    }

    private func reached(
        _ machine: borrowing Machine, _ networks: FakeNetworks, _ from: String, _ what: String
    ) throws {
        let output = try ask(machine, what)
        #expect(output.contains("hello from the world"), "\(what): \(output)")
        let visits = networks.visits.filter { $0.contains("/\(what) ") }
        #expect(visits.count == 1 && visits[0].hasPrefix("\(from) "), "\(what): \(visits)")
    }

    private func notReached(_ machine: borrowing Machine, _ networks: FakeNetworks, _ what: String) throws {
        let output = try ask(machine, what)
        #expect(output.contains("not reached"), "\(what): \(output)")
        #expect(!networks.visits.contains { $0.contains("/\(what) ") }, "\(what)")
        #expect(networks.leaks.isEmpty, "\(what): \(networks.leaks.prefix(5))")
    }

    private func ask(_ machine: borrowing Machine, _ what: String) throws -> String {
        try machine.aiu(
            ["exec", "-i", "box", "--", "python3", "-"], input: Self.script.replacing("WHAT", with: what)
        ).output
    }

    private func apply(_ machine: borrowing Machine, _ way: String) throws {
        let policy = #"{"format": 1, "network": {"mode": "vpn", \#(way), "resolver": "\#(FakeNetworks.names)"}}"#
        try Files.replace("\(machine.state)/wanted.json", with: Array(policy.utf8))
        try machine.succeed("policy", "apply", "\(machine.state)/wanted.json")
    }
}
