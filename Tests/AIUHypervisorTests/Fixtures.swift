import AIUHypervisor
import AIUModel
import AIUSystem
import Testing

func identifier(_ text: String) throws -> VMID { try #require(VMID(text)) }

/// A description with unremarkable values, to be changed where a test cares.
func description(
    id: String = "0123456789ab", name: String = "web", folder: String = "/srv/aiu", processors: Int = 1,
    memory: ByteCount = .mebibytes(256), accelerator: Accelerator.Kind = .tcg
) throws -> MachineDescription {
    MachineDescription(
        id: try identifier(id), name: try #require(VMName(name)),
        resources: VMResources(processors: processors, memory: memory, storage: .gibibytes(1)),
        image: BaseImage(
            flavour: "micro", digest: "00112233445566ff", kernelPath: "\(folder)/vmlinux",
            rootPath: "\(folder)/root.erofs", kernelDigest: "aa"),
        stateDiskPath: "\(folder)/state.img", vhostSocketPath: "\(folder)/vhost.sock",
        consoleSocketPath: "\(folder)/console.sock", accelerator: accelerator)
}

let nothingRemembered = AcceleratorProbe.Memory(recall: { _ in nil }, keep: { _, _ in })

/// Runs the body with a folder that is gone afterwards.
func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
    let path = "/tmp/hyper-test-\(UInt64.random(in: 0 ... .max))"
    try Files.makeFolder(path)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await body(path))
    } catch {
        outcome = .failure(error)
    }
    try Files.removeTree(path)
    try outcome.get()
}

/// Writes a shell script that can be run at once. A child does it: a file that this process had open for writing could
/// still be open in what a parallel test has just forked, and then it cannot be run.
func makeProgram(_ path: String, _ script: String) throws {
    let write = #"printf '#!/bin/sh\n%s\n' "$2" > "$1" && chmod 700 "$1""#
    let writer = try Child.spawn(
        SpawnRequest("/bin/sh", ["-c", write, "sh", path, script], environment: ["PATH=/usr/bin:/bin"]))
    #expect(try writer.wait() == .exited(0))
}
