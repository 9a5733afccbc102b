internal import AIUModel

/// An archive's VM, checked like any other request for a VM: whoever wrote the archive is not trusted.
struct ImportPlan {
    let name: VMName
    let configuration: [UInt8]
    let resources: VMResources
    let labels: Labels
    /// The digest of the document on its disk, which differs from every other one when it is not known.
    let configurationOnDisk: String

    init(_ contents: ArchiveContents, name: VMName?) throws(Failure) {
        let vm = contents.vm
        let request = CreateVM(
            name: name?.text ?? vm.name, flavour: vm.flavour, configuration: vm.configuration, labels: vm.labels)
        let plan: VMPlan
        do throws(Failure) {
            plan = try VMPlan(request) { [] }
        } catch {
            throw Failure(error.reason, "cannot import the archive: \(error.message)")
        }
        guard let name = plan.name else { throw Failure(.invalid, "cannot import the archive: it names no VM") }
        guard !plan.configuration.resources.encryption else {
            throw Failure(
                .unsupported,
                "cannot import the archive: its configuration wants an encrypted disk, which no archive holds; make a VM "
                    + "with `aiu create --encrypt` and copy what you need into it")
        }
        guard vm.size <= plan.resources.storage else {
            throw Failure(
                .invalid,
                "cannot import the archive: its disk has \(vm.size), and its configuration allows "
                    + "\(plan.resources.storage)")
        }
        self.name = name
        configuration = plan.configuration.canonicalBytes
        resources = plan.resources
        labels = plan.labels
        configurationOnDisk = HexDigest.isSHA256(vm.configurationOnDisk) ? vm.configurationOnDisk : Self.unknown
    }

    private static let unknown = String(repeating: "0", count: 64)
}
