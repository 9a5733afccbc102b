import AIUHypervisor
import Testing

@Suite("Confinement of QEMU")
struct EmulatorPolicyTests {
    @Test("a host that has everything is used fully")
    func everything() {
        let host = EmulatorPolicy.Host(privileged: true, managesControlGroups: true, makesNamespaces: true)
        let policy = EmulatorPolicy(host: host, user: "libvirt-qemu")
        for line in [
            "seccomp_sandbox = 1", "user = \"libvirt-qemu\"", "dynamic_ownership = 1", "namespaces = [\"mount\"]",
            "max_core = 0", "clear_emulator_capabilities = 1",
        ] {
            #expect(policy.configuration.contains("\n\(line)\n"))
        }
        #expect(!policy.configuration.contains("cgroup_controllers"))
        #expect(policy.limitations.count == 1)
    }

    @Test("what a bare host lacks is switched off and named")
    func bare() {
        let host = EmulatorPolicy.Host(privileged: true, managesControlGroups: false, makesNamespaces: false)
        let policy = EmulatorPolicy(host: host, user: "root")
        #expect(policy.configuration.contains("\nnamespaces = []\n"))
        #expect(policy.configuration.contains("\ncgroup_controllers = []\n"))
        #expect(policy.configuration.contains("\nseccomp_sandbox = 1\n"))
        #expect(policy.limitations.count == 4)
    }

    @Test("an ordinary user changes no users")
    func ordinary() {
        let host = EmulatorPolicy.Host(privileged: false, managesControlGroups: true, makesNamespaces: false)
        let policy = EmulatorPolicy(host: host, user: "root")
        #expect(!policy.configuration.contains("user ="))
        #expect(policy.limitations.count == 2)
    }

    @Test("a user's name cannot add settings")
    func quoting() {
        let host = EmulatorPolicy.Host(privileged: true, managesControlGroups: true, makesNamespaces: true)
        let policy = EmulatorPolicy(host: host, user: "a\"\nseccomp_sandbox = 0")
        #expect(policy.configuration.contains("\nuser = \"aseccomp_sandbox = 0\"\n"))
    }
}
