import AIUHypervisor
import AIUModel
import AIUWire
import Testing

@Suite("Domain XML")
struct DomainXMLTests {
    private let facts = MachineFacts(
        emulator: "/usr/bin/qemu-system-x86_64", firmware: "/usr/share/qemu/qboot.rom", processorLimit: 2)

    @Test("an emulated machine, word for word")
    func golden() throws {
        #expect(DomainXML(try description(), facts).text == Self.emulated)
    }

    @Test("there is a network device only for a VM that has a card")
    func card() throws {
        var machine = try description()
        #expect(!DomainXML(machine, facts).text.contains("<interface"))
        machine.card = NetworkCard(machine.id, taken: [])
        let text = DomainXML(machine, facts).text
        #expect(text.contains("<interface type='ethernet'>"))
        #expect(text.contains("<target dev='aiu0123456789ab' managed='no'/>"))
        #expect(text.contains("<mac address='02:23:45:67:89:ab'/>"))
    }

    @Test("KVM passes the host's processor through and keeps the mitigations")
    func kvm() throws {
        let text = DomainXML(try description(accelerator: .kvm), facts).text
        #expect(text.hasPrefix("<domain type='kvm'"))
        #expect(text.contains("<cpu mode='host-passthrough' check='none'/>"))
        #expect(!text.contains("mitigations=off"))
    }

    @Test("an emulated machine is told how fast its time stamp counter runs, one under KVM knows")
    func counterRate() throws {
        var facts = facts
        facts.counterKilohertz = 2_600_000
        #expect(DomainXML(try description(), facts).text.contains(" norandmaps tsc_early_khz=2600000"))
        #expect(!DomainXML(try description(accelerator: .kvm), facts).text.contains("tsc_early_khz"))
    }

    @Test("the rate of the time stamp counter is measured well enough for a kernel to refine it, on a busy machine too")
    func measuredRate() throws {
        let rates = (0..<20).compactMap { _ in CounterRate.measure() }
        // Where there is no such counter, or no undisturbed microsecond, nothing is better than something wrong.
        guard let least = rates.min(), let most = rates.max() else { return }
        #expect(most - least <= least / 100, "\(rates)")
    }

    @Test("a machine never gets fewer processors than it boots with")
    func processors() throws {
        let text = DomainXML(try description(processors: 6), facts).text
        #expect(text.contains("<vcpu placement='static' current='6'>6</vcpu>"))
    }

    @Test("room for memory brings a cell, a limit and a device")
    func hotMemory() throws {
        var facts = facts
        facts.hotMemory = .init(room: .gibibytes(1))
        let text = DomainXML(try description(), facts).text
        #expect(text.contains("<maxMemory slots='2' unit='KiB'>1310720</maxMemory>"))
        #expect(text.contains("<cell id='0' cpus='0-1' memory='262144' unit='KiB' memAccess='shared'/>"))
        #expect(text.contains("<memory model='virtio-mem'>"))
        #expect(text.contains("memhp_default_state=online_movable"))
    }

    @Test("a QEMU with a user of its own never owns the image that all VMs share")
    func sharedImage() throws {
        var facts = facts
        facts.handsOverFiles = true
        let text = DomainXML(try description(), facts).text
        let parts = text.split(separator: "<source file='/srv/aiu/root.erofs'>")
        #expect(parts.count == 2)
        #expect(parts.last?.drop { $0.isWhitespace }.hasPrefix("<seclabel model='dac' relabel='no'/>") == true)
        #expect(text.contains("<source file='/srv/aiu/state.img'/>"))
    }

    @Test("models are disks that nobody can write, and the kernel is told of them")
    func models() throws {
        var machine = try description()
        machine.models = ["ab", "cd"].enumerated().map { place, digest in
            ModelDisk(
                path: "/srv/aiu/models/\(digest)",
                model: AttachedModel(
                    name: "m\(place)", digest: String(repeating: digest, count: 32), bytes: 1000 + Int64(place),
                    roles: place == 0 ? ["router"] : ["reasoning", "creative"]))
        }
        let text = DomainXML(machine, facts).text
        #expect(
            text.contains(
                " norandmaps aiu.model=m0:abababababababababab:1000:router "
                    + "aiu.model=m1:cdcdcdcdcdcdcdcdcdcd:1001:reasoning+creative</cmdline>"))
        #expect(text.contains(Self.secondModel))
        #expect(text.contains("<target dev='vdc' bus='virtio'/>"))
        var facts = facts
        facts.handsOverFiles = true
        // The image and two models.
        #expect(DomainXML(machine, facts).text.split(separator: "relabel='no'").count == 4)
    }

    @Test("more models than there are roles find no place")
    func tooManyModels() throws {
        var machine = try description()
        let model = AttachedModel(name: "m", digest: "ab", bytes: 1, roles: ["router"])
        machine.models = Array(repeating: ModelDisk(path: "/m", model: model), count: 9)
        #expect(DomainXML(machine, facts).text.split(separator: "<source file='/m'").count == 1 + AttachedModel.most)
    }

    @Test("an encrypted disk is QEMU's alone where libvirt cannot open it, and its key comes through a pipe")
    func encryptedByPipe() throws {
        var facts = facts
        facts.keyDelivery = .pipe("/srv/aiu/keys/a,\"b")
        var machine = try description()
        #expect(DomainXML(machine, facts).text == Self.emulated, "without a key nothing is different")
        machine.diskKey = DiskKey(Self.digits)
        let text = DomainXML(machine, facts).text
        #expect(!text.contains("<target dev='vdb'") && !text.contains("<encryption"))
        for part in [
            "{'qom-type':'secret','id':'state-key','file':'/srv/aiu/keys/a,\\'b'}",
            "{'driver':'file','filename':'/srv/aiu/state.img','node-name':'state-file','discard':'ignore'}",
            "{'driver':'luks','node-name':'state-disk','file':'state-file','key-secret':'state-key'}",
            "{'driver':'virtio-blk-pci-non-transitional','id':'state','drive':'state-disk','bus':'pcie.0','addr':'0x4',"
                + "'write-cache':'on'}",
        ] {
            let escaped = part.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "&quot;")
            #expect(text.contains("<qemu:arg value='\(escaped)'/>"), "\(part)")
        }
        #expect(!text.contains(String(decoding: Self.digits, as: UTF8.self)))
    }

    @Test("under a libvirtd the key comes from its store of secrets")
    func encryptedBySecret() throws {
        var machine = try description()
        machine.diskKey = DiskKey(Self.digits)
        let text = DomainXML(machine, facts).text
        #expect(text.contains(Self.secretDisk))
        #expect(!text.contains("state-key") && !text.contains(String(decoding: Self.digits, as: UTF8.self)))
    }

    private static let digits = [UInt8](repeating: UInt8(ascii: "c"), count: DiskKey.length)

    private static let secretDisk = """
            <disk type='file' device='disk' model='virtio-non-transitional'>
              <driver name='qemu' type='raw' cache='writeback'/>
              <source file='/srv/aiu/state.img'/>
              <target dev='vdb' bus='virtio'/>
              <encryption format='luks'>
                <secret type='passphrase' uuid='61697500-7669-8274-8076-0123456789ab'/>
              </encryption>
              <address type='pci' domain='0' bus='0' slot='4' function='0'/>
            </disk>

        """

    private static let secondModel = """
            <disk type='file' device='disk' model='virtio-non-transitional'>
              <driver name='qemu' type='raw' cache='writeback'/>
              <source file='/srv/aiu/models/cd'/>
              <target dev='vdd' bus='virtio'/>
              <readonly/>
              <serial>cdcdcdcdcdcdcdcdcdcd</serial>
              <address type='pci' domain='0' bus='0' slot='17' function='0'/>
            </disk>

        """

    @Test("no path can add markup or QEMU options")
    func escaping() throws {
        let text = DomainXML(try description(folder: "/a'<b>&\"\n,c"), facts).text
        #expect(text.contains("<source file='/a&apos;&lt;b&gt;&amp;&quot;&#10;,c/state.img'/>"))
        #expect(text.contains("path=/a&apos;&lt;b&gt;&amp;&quot;&#10;,,c/vhost.sock'/>"))
        #expect(!text.contains("<b>"))
    }

    @Test("identities follow from the identifier")
    func identity() throws {
        let id = try identifier("0123456789ab")
        #expect(MachineIdentity.domainName(of: id) == "aiu-0123456789ab")
        #expect(MachineIdentity.uuid(of: id) == "61697500-7669-8274-8075-0123456789ab")
        #expect(MachineIdentity.id(ofDomain: "aiu-0123456789ab") == id)
    }

    @Test(
        "machines of others are not ours",
        arguments: ["debian", "aiu-", "aiu-0123456789a", "aiu-0123456789abc", "aiu-0123456789aX", "0123456789ab", ""])
    func strangers(name: String) {
        #expect(MachineIdentity.id(ofDomain: name) == nil)
    }

    private static let emulated = #"""
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>aiu-0123456789ab</name>
          <uuid>61697500-7669-8274-8075-0123456789ab</uuid>
          <metadata>
            <aiu:machine xmlns:aiu='https://aiu.dev/xmlns/machine/1' name='web' flavour='\#
        micro' image='00112233445566ff'/>
          </metadata>
          <memory unit='KiB'>262144</memory>
          <memoryBacking>
            <source type='memfd'/>
            <access mode='shared'/>
          </memoryBacking>
          <vcpu placement='static' current='1'>2</vcpu>
          <os>
            <type arch='x86_64' machine='q35'>hvm</type>
            <loader readonly='yes' type='rom'>/usr/share/qemu/qboot.rom</loader>
            <kernel>/srv/aiu/vmlinux</kernel>
            <cmdline>console=ttyS0 quiet root=/dev/vda rootfstype=erofs ro init=/sbin/init \#
        panic=-1 random.trust_cpu=on mitigations=off norandmaps</cmdline>
          </os>
          <features>
            <acpi/>
            <apic/>
            <vmport state='off'/>
          </features>
          <cpu mode='custom' match='exact' check='none'>
            <model fallback='forbid'>Nehalem</model>
          </cpu>
          <clock offset='utc'>
            <timer name='rtc' tickpolicy='catchup'/>
            <timer name='pit' tickpolicy='delay'/>
            <timer name='hpet' present='no'/>
          </clock>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>destroy</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <controller type='usb' model='none'/>
            <controller type='pci' index='0' model='pcie-root'/>
            <controller type='pci' index='1' model='pcie-root-port'>
              <address type='pci' domain='0' bus='0' slot='2' function='0'/>
            </controller>
            <disk type='file' device='disk' model='virtio-non-transitional'>
              <driver name='qemu' type='raw' cache='writeback'/>
              <source file='/srv/aiu/root.erofs'/>
              <target dev='vda' bus='virtio'/>
              <readonly/>
              <address type='pci' domain='0' bus='0' slot='3' function='0'/>
            </disk>
            <disk type='file' device='disk' model='virtio-non-transitional'>
              <driver name='qemu' type='raw' cache='writeback' discard='unmap' detect_zeroes='unmap'/>
              <source file='/srv/aiu/state.img'/>
              <target dev='vdb' bus='virtio'/>
              <address type='pci' domain='0' bus='0' slot='4' function='0'/>
            </disk>
            <serial type='unix'>
              <source mode='connect' path='/srv/aiu/console.sock'>
                <reconnect enabled='yes' timeout='1'/>
              </source>
              <target type='isa-serial' port='0'/>
            </serial>
            <memballoon model='virtio-non-transitional' autodeflate='on' freePageReporting='on'>
              <address type='pci' domain='0' bus='0' slot='5' function='0'/>
            </memballoon>
            <rng model='virtio-non-transitional'>
              <backend model='random'>/dev/urandom</backend>
              <address type='pci' domain='0' bus='0' slot='6' function='0'/>
            </rng>
          </devices>
          <qemu:commandline>
            <qemu:arg value='-chardev'/>
            <qemu:arg value='socket,id=vsock0,path=/srv/aiu/vhost.sock'/>
            <qemu:arg value='-device'/>
            <qemu:arg value='{&quot;driver&quot;:&quot;vhost-user-vsock-pci&quot;,&quot;i\#
        d&quot;:&quot;vsock&quot;,&quot;chardev&quot;:&quot;vsock0&quot;,&quot;bus&quot;:\#
        &quot;pci.1&quot;,&quot;addr&quot;:&quot;0x0&quot;}'/>
            <qemu:arg value='-device'/>
            <qemu:arg value='{&quot;driver&quot;:&quot;pvpanic-pci&quot;,&quot;id&quot;:&\#
        quot;panic&quot;,&quot;bus&quot;:&quot;pcie.0&quot;,&quot;addr&quot;:&quot;0x7&quot;}'/>
          </qemu:commandline>
        </domain>

        """#
}
