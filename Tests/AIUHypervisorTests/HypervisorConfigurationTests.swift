import AIUHypervisor
import Testing

@Suite("Configuration")
struct HypervisorConfigurationTests {
    @Test("drivers become URIs; a path cannot add parameters")
    func uris() {
        #expect(HypervisorConfiguration(.system(socket: nil)).uri == "qemu:///system")
        #expect(HypervisorConfiguration(.system(socket: "/run/a b")).uri == "qemu:///system?socket=/run/a%20b")
        #expect(HypervisorConfiguration(.test).uri == "test:///default")
        #expect(
            HypervisorConfiguration(.embedded(root: "/a b&c=d/e")).uri == "qemu:///embed?root=/a%20b%26c%3Dd/e")
    }
}
