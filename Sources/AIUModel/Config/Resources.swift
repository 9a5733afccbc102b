import AIUJSON

/// What a VM is given of the machine.
package struct Resources: Equatable, Sendable {
    package var ram: ByteCount
    package var cpuCores: Int
    package var storage: ByteCount
    package var gpuAccess: Bool
    /// Whether its disk is encrypted, which is settled when the VM is made.
    package var encryption: Bool

    package init(
        ram: ByteCount, cpuCores: Int, storage: ByteCount, gpuAccess: Bool = false, encryption: Bool = false
    ) {
        self.ram = ram
        self.cpuCores = cpuCores
        self.storage = storage
        self.gpuAccess = gpuAccess
        self.encryption = encryption
    }

    var json: JSON {
        [
            "ram": .string(ram.description), "cpu_cores": .integer(Int64(cpuCores)),
            "storage": .string(storage.description), "gpu_access": .bool(gpuAccess), "encryption": .bool(encryption),
        ]
    }
}
