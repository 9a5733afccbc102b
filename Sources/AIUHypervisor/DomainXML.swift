package import AIUModel
internal import AIUWire

/// libvirt's description of a machine: a pure function of ours and of facts about the host.
package struct DomainXML: Sendable {
    static let machineType = "q35"
    private static let qemuNamespace = "http://libvirt.org/schemas/domain/qemu/1.0"
    private static let ourNamespace = "https://aiu.dev/xmlns/machine/1"

    let machine: MachineDescription
    let facts: MachineFacts

    package init(_ machine: MachineDescription, _ facts: MachineFacts) {
        self.machine = machine
        self.facts = facts
    }

    package var text: String {
        var parts = [identity, metadata] + memory + [processors, boot, features, processorModel, clock]
        parts += ["on_poweroff", "on_reboot", "on_crash"].map { XMLElement($0, text: "destroy") }
        parts += [devices] + owner + [emulatorArguments]
        return XMLElement("domain", ["type": domainType, "xmlns:qemu": Self.qemuNamespace], inside: names + parts)
            .document()
    }
}

extension DomainXML {
    private var domainType: String {
        if facts.fake { return "test" }
        return switch machine.accelerator {
        case .kvm: "kvm"
        case .tcg: "qemu"
        }
    }

    private var names: [XMLElement] { [XMLElement("name", text: MachineIdentity.domainName(of: machine.id))] }

    private var identity: XMLElement { XMLElement("uuid", text: MachineIdentity.uuid(of: machine.id)) }

    /// For people who look with virsh; nothing reads it back.
    private var metadata: XMLElement {
        XMLElement(
            "metadata",
            inside: [
                XMLElement(
                    "aiu:machine",
                    [
                        "xmlns:aiu": Self.ourNamespace, "name": machine.name.text, "flavour": machine.image.flavour,
                        "image": machine.image.digest,
                    ])
            ])
    }

    private var memory: [XMLElement] {
        var elements = [XMLElement("memory", ["unit": "KiB"], text: kibibytes(machine.resources.memory))]
        if let hotMemory = facts.hotMemory {
            let most = ByteCount(bytes: machine.resources.memory.bytes + hotMemory.room.bytes)
            elements.insert(XMLElement("maxMemory", ["slots": "2", "unit": "KiB"], text: kibibytes(most)), at: 0)
        }
        // The vsock back end reads the guest's memory, so it must be a file that can be handed over.
        elements.append(
            XMLElement(
                "memoryBacking",
                inside: [XMLElement("source", ["type": "memfd"]), XMLElement("access", ["mode": "shared"])]))
        return elements
    }

    private var processorRoom: Int { max(machine.resources.processors, facts.processorLimit) }

    private var processors: XMLElement {
        XMLElement(
            "vcpu", ["placement": "static", "current": "\(machine.resources.processors)"], text: "\(processorRoom)")
    }

    private var boot: XMLElement {
        let commandLine = KernelCommandLine.text(
            accelerator: machine.accelerator, hotMemory: facts.hotMemory != nil,
            counterKilohertz: facts.counterKilohertz, models: machine.models.prefix(AttachedModel.most).map(\.model))
        return XMLElement(
            "os",
            inside: [
                XMLElement("type", ["arch": "x86_64", "machine": Self.machineType], text: "hvm"),
                // qboot jumps straight into an uncompressed kernel: no BIOS, no boot loader, no decompression.
                XMLElement("loader", ["readonly": "yes", "type": "rom"], text: facts.firmware),
                XMLElement("kernel", text: machine.image.kernelPath),
                XMLElement("cmdline", text: commandLine),
            ])
    }

    private var features: XMLElement {
        XMLElement(
            "features", inside: [XMLElement("acpi"), XMLElement("apic"), XMLElement("vmport", ["state": "off"])])
    }

    private var processorModel: XMLElement {
        var cells: [XMLElement] = []
        if facts.hotMemory != nil {
            // A machine whose memory can grow needs a NUMA cell to grow in.
            cells = [
                XMLElement(
                    "numa",
                    inside: [
                        XMLElement(
                            "cell",
                            [
                                "id": "0", "cpus": "0-\(processorRoom - 1)",
                                "memory": kibibytes(machine.resources.memory), "unit": "KiB", "memAccess": "shared",
                            ])
                    ])
            ]
        }
        switch machine.accelerator {
        case .kvm:
            return XMLElement("cpu", ["mode": "host-passthrough", "check": "none"], inside: cells)
        case .tcg:
            // Without AVX2, whose emulation is far slower than doing without; and it boots faster.
            let model = XMLElement("model", ["fallback": "forbid"], text: "Nehalem")
            return XMLElement("cpu", ["mode": "custom", "match": "exact", "check": "none"], inside: [model] + cells)
        }
    }

    private var clock: XMLElement {
        XMLElement(
            "clock", ["offset": "utc"],
            inside: [
                // A host that was suspended must not make the guest replay every tick that it missed.
                XMLElement("timer", ["name": "rtc", "tickpolicy": "catchup"]),
                XMLElement("timer", ["name": "pit", "tickpolicy": "delay"]),
                XMLElement("timer", ["name": "hpet", "present": "no"]),
            ])
    }

    /// libvirtd's own user for QEMU could pass neither through our folders nor to the back end's sockets.
    private var owner: [XMLElement] {
        guard let user = facts.runsAs else { return [] }
        return [
            XMLElement(
                "seclabel", ["type": "static", "model": "dac", "relabel": "no"],
                inside: [XMLElement("label", text: "+\(user.user):+\(user.group)")])
        ]
    }

    private func kibibytes(_ count: ByteCount) -> String { "\(count.bytes >> 10)" }
}
