internal import AIUModel
internal import AIUWire

extension DomainXML {
    /// Fixed places on the PCI bus, so that a machine looks the same whatever libvirt would choose.
    private enum Slot: Int {
        case vsockPort = 2
        case root, state, balloon, random, panic, hotMemory, card
        /// The first of as many as a machine may have; 31 is the chip set's own.
        case models = 16
    }

    var devices: XMLElement {
        var list = [
            XMLElement("emulator", text: facts.emulator),
            XMLElement("controller", ["type": "usb", "model": "none"]),
            XMLElement("controller", ["type": "pci", "index": "0", "model": "pcie-root"]),
            // The vsock device has a port of its own, because only behind a port can it be unplugged and plugged in.
            XMLElement(
                "controller", ["type": "pci", "index": "1", "model": "pcie-root-port"], inside: [address(.vsockPort)]),
            rootDisk,
        ]
        // One that libvirt cannot open for QEMU is among the arguments.
        if encryptedDisk.isEmpty { list.append(stateDisk) }
        list += modelDisks + [console, balloon, randomness]
        if let hotMemory = facts.hotMemory { list.append(growth(hotMemory)) }
        if let card = machine.card { list.append(self.card(card)) }
        return XMLElement("devices", inside: list)
    }

    /// All VMs share it, so no QEMU may own it, or it could change it for the others.
    private var rootDisk: XMLElement {
        disk(
            machine.image.rootPath, "vda", .root, driver: ["name": "qemu", "type": "raw", "cache": "writeback"],
            keptFromUser: facts.handsOverFiles, [XMLElement("readonly")])
    }

    /// Holes that the guest makes are given back to the host's disk; an encrypted one has none, and would show where data is.
    private var stateDisk: XMLElement {
        guard let encryption else {
            return disk(
                machine.stateDiskPath, "vdb", .state,
                driver: [
                    "name": "qemu", "type": "raw", "cache": "writeback", "discard": "unmap", "detect_zeroes": "unmap",
                ], [])
        }
        return disk(
            machine.stateDiskPath, "vdb", .state, driver: ["name": "qemu", "type": "raw", "cache": "writeback"],
            [encryption])
    }

    var stateSlot: Int { Slot.state.rawValue }

    /// The files of the host's store as they are. Every VM reads the same one through the host's page cache, so that it is
    /// in memory once; QEMU opens it read-only, and shares it with those that do the same.
    private var modelDisks: [XMLElement] {
        machine.models.prefix(AttachedModel.most).enumerated().map { place, disk in
            self.disk(
                disk.path, "vd\(Character(Unicode.Scalar(UInt8(ascii: "c") + UInt8(place))))", .models, place,
                driver: ["name": "qemu", "type": "raw", "cache": "writeback"], keptFromUser: facts.handsOverFiles,
                [XMLElement("readonly"), XMLElement("serial", text: disk.model.serial)])
        }
    }

    /// `place` is which one of several in a row of slots.
    private func disk(
        _ path: String, _ target: String, _ slot: Slot, _ place: Int = 0, driver: KeyValuePairs<String, String>,
        keptFromUser: Bool = false, _ more: [XMLElement]
    ) -> XMLElement {
        XMLElement(
            "disk", ["type": "file", "device": "disk", "model": "virtio-non-transitional"],
            inside: [
                XMLElement("driver", driver),
                XMLElement(
                    "source", ["file": path],
                    inside: keptFromUser ? [XMLElement("seclabel", ["model": "dac", "relabel": "no"])] : []),
                XMLElement("target", ["dev": target, "bus": "virtio"]),
            ] + more + [address(slot, place)])
    }

    /// QEMU connects to the back end, which keeps a bounded log; a file would let a guest fill the host's disk.
    private var console: XMLElement {
        XMLElement(
            "serial", ["type": "unix"],
            inside: [
                XMLElement(
                    "source", ["mode": "connect", "path": machine.consoleSocketPath],
                    inside: [XMLElement("reconnect", ["enabled": "yes", "timeout": "1"])]),
                XMLElement("target", ["type": "isa-serial", "port": "0"]),
            ])
    }

    private var balloon: XMLElement {
        XMLElement(
            "memballoon", ["model": "virtio-non-transitional", "autodeflate": "on", "freePageReporting": "on"],
            inside: [address(.balloon)])
    }

    private var randomness: XMLElement {
        XMLElement(
            "rng", ["model": "virtio-non-transitional"],
            inside: [XMLElement("backend", ["model": "random"], text: "/dev/urandom"), address(.random)])
    }

    /// A tap that was made and fenced in before; QEMU attaches to it and may do nothing else with it.
    private func card(_ card: NetworkCard) -> XMLElement {
        XMLElement(
            "interface", ["type": "ethernet"],
            inside: [
                XMLElement("mac", ["address": card.hardware]),
                XMLElement("target", ["dev": card.device, "managed": "no"]),
                XMLElement("model", ["type": "virtio-non-transitional"]), XMLElement("driver", ["name": "qemu"]),
                XMLElement("rom", ["enabled": "no"]), address(.card),
            ])
    }

    private func growth(_ hotMemory: MachineFacts.HotMemory) -> XMLElement {
        XMLElement(
            "memory", ["model": "virtio-mem"],
            inside: [
                XMLElement(
                    "target",
                    inside: [
                        XMLElement("size", ["unit": "KiB"], text: "\(hotMemory.room.bytes >> 10)"),
                        XMLElement("node", text: "0"),
                        XMLElement("block", ["unit": "KiB"], text: "2048"),
                        XMLElement("requested", ["unit": "KiB"], text: "0"),
                    ]),
                address(.hotMemory),
            ])
    }

    private func address(_ slot: Slot, _ place: Int = 0) -> XMLElement {
        XMLElement(
            "address",
            ["type": "pci", "domain": "0", "bus": "0", "slot": "\(slot.rawValue + place)", "function": "0"])
    }

    /// What libvirt 9 has no words for.
    var emulatorArguments: XMLElement {
        let arguments =
            [
                "-chardev", "socket,id=vsock0,path=\(Self.optionValue(machine.vhostSocketPath))",
                "-device",
                #"{"driver":"vhost-user-vsock-pci","id":"vsock","chardev":"vsock0","bus":"pci.1","addr":"0x0"}"#,
                "-device", #"{"driver":"pvpanic-pci","id":"panic","bus":"pcie.0","addr":"0x\#(Slot.panic.rawValue)"}"#,
            ] + encryptedDisk
        return XMLElement("qemu:commandline", inside: arguments.map { XMLElement("qemu:arg", ["value": $0]) })
    }

    /// A comma would end the value of a QEMU option; doubled, it is a comma.
    private static func optionValue(_ text: String) -> String {
        text.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }
}
