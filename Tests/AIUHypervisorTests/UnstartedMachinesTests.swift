import AIUHypervisor
import AIUModel
import AIUSystem
import Testing

struct UnstartedMachinesTests {
    private static func status(pid: Int) -> [UInt8] {
        Array(
            """
            <!--
            WARNING: THIS IS AN AUTO-GENERATED FILE.
            -->

            <domstatus state='paused' reason='starting up' pid='\(pid)'>
              <vcpus>
            """.utf8)
    }

    @Test("what was cut off before there was a QEMU is forgotten, the rest is kept")
    func forgets() throws {
        let root = "/tmp/aiu-unstarted-\(VMID.random())"
        defer { try? Files.removeTree(root) }  // a folder of this test alone
        for folder in ["run/qemu", "lib/qemu/domain-3-one", "lib/qemu/ram/3-one", "lib/qemu/domain-4-two"] {
            try Files.makeFolder("\(root)/\(folder)")
        }
        try Files.replace("\(root)/run/qemu/one.xml", with: Self.status(pid: 0))
        try Files.replace("\(root)/run/qemu/two.xml", with: Self.status(pid: 4711))
        try Files.replace("\(root)/run/qemu/three.xml.new", with: Array("<domstatus".utf8))
        try UnstartedMachines(root: root).forget()
        #expect(try Files.names(in: "\(root)/run/qemu") == ["two.xml"])
        #expect(try Set(Files.names(in: "\(root)/lib/qemu")) == ["ram", "domain-4-two"])
        #expect(try Files.names(in: "\(root)/lib/qemu/ram").isEmpty)
    }

    @Test("a folder that no libvirt has used is fine")
    func nothing() throws {
        try UnstartedMachines(root: "/tmp/aiu-nothing-\(VMID.random())").forget()
    }
}
