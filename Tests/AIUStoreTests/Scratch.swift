import AIUModel
import AIUStore
import AIUSystem
import Testing

/// A folder of its own for one test, gone afterwards.
func withScratch(_ body: (String) throws -> Void) throws {
    let folder = "/tmp/disks-store-\(VMID.random())"
    try Files.makeFolder(folder)
    defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
    try body(folder)
}

func record(
    _ name: String, id: VMID = .random(), phase: VMPhase = .stopped, configuration: String = "{}",
    failure: String? = nil, started: Int64? = nil
) throws -> VMRecord {
    VMRecord(
        id: id, name: try #require(VMName(name)), ephemeral: false, flavour: "micro", image: "0123456789abcdef",
        resources: VMResources(processors: 2, memory: .mebibytes(256), storage: .gibibytes(2)),
        configuration: configuration, configurationDigest: String(repeating: "a", count: 64), phase: phase,
        failure: failure, contextID: 3, created: 1_700_000_000_000, started: started)
}
