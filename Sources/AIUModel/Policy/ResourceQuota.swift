package import AIUJSON

/// How much all VMs of a scope may have together, at a VM's own scope how much it may have; and how their disks are kept.
package struct ResourceQuota: PolicySection {
    package var vms: Int?
    package var cpuCores: Int?
    package var ram: ByteCount?
    package var storage: ByteCount?
    package var encryption: EncryptionRule?

    package static let fields = ["vms", "cpu_cores", "ram", "storage", "encryption"]
    private static let most = 1_000_000

    package init(
        vms: Int? = nil, cpuCores: Int? = nil, ram: ByteCount? = nil, storage: ByteCount? = nil,
        encryption: EncryptionRule? = nil
    ) {
        self.vms = vms
        self.cpuCores = cpuCores
        self.ram = ram
        self.storage = storage
        self.encryption = encryption
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        vms = try object.number("vms", 0...Self.most)
        cpuCores = try object.number("cpu_cores", 0...Self.most)
        ram = try object.size("ram")
        storage = try object.size("storage")
        encryption = try object.choice("encryption")
    }

    package func check(within outer: ResourceQuota) throws(PolicyProblem) {
        try Self.check("vms", vms, outer.vms)
        try Self.check("cpu_cores", cpuCores, outer.cpuCores)
        try Self.check("ram", ram, outer.ram)
        try Self.check("storage", storage, outer.storage)
        if outer.encryption == .required, encryption == .optional {
            throw PolicyProblem(
                at: JSONPath([.member("encryption")]), "is optional, which an outer scope requires")
        }
    }

    private static func check<Amount: Comparable>(
        _ name: String, _ inner: Amount?, _ outer: Amount?
    ) throws(PolicyProblem) {
        guard let inner, let outer, inner > outer else { return }
        throw PolicyProblem(
            at: JSONPath([.member(name)]), "is \(inner), more than the \(outer) of an outer scope")
    }

    package func tightened(by inner: ResourceQuota) -> ResourceQuota {
        ResourceQuota(
            vms: Self.least(vms, inner.vms), cpuCores: Self.least(cpuCores, inner.cpuCores),
            ram: Self.least(ram, inner.ram), storage: Self.least(storage, inner.storage),
            encryption: encryption == .required ? .required : inner.encryption ?? encryption)
    }

    private static func least<Amount: Comparable>(_ left: Amount?, _ right: Amount?) -> Amount? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    package var json: JSON {
        let members: [JSON.Member?] = [
            vms.map { JSON.Member("vms", .integer(Int64($0))) },
            cpuCores.map { JSON.Member("cpu_cores", .integer(Int64($0))) },
            ram.map { JSON.Member("ram", .string($0.description)) },
            storage.map { JSON.Member("storage", .string($0.description)) },
            encryption.map { JSON.Member("encryption", .string($0.rawValue)) },
        ]
        return .object(members.compactMap(\.self))
    }
}
