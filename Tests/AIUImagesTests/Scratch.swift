import AIUImages
import AIUModel
import AIUSystem
import Glibc
import Testing

/// A state directory of its own for one test, gone afterwards.
func withState<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = "/tmp/disks-images-\(VMID.random())"
    try Files.makeFolder(folder)
    defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
    return try await body(folder)
}

func openStore(_ state: String, useStamp: Bool = true, deadline: Duration = .seconds(120)) throws -> ImageStore {
    let names = try Files.names(in: "\(state)/images").filter { $0.utf8.count == 16 }
    return try ImageStore(
        ImageStoreConfiguration(
            stateDirectory: state, forceTCG: true, deadline: deadline, useStamp: useStamp,
            imageOfVM: { _ in names.first }))
}

/// Runs a host's program; its output, or nil when it failed or is not there.
@discardableResult
func output(_ program: String, _ arguments: [String]) throws -> String? {
    let path = ["/sbin/", "/usr/sbin/", "/usr/bin/"].map { $0 + program }.first(where: Files.exists)
    guard let path else { return nil }
    let log = "/tmp/disks-images-log-\(VMID.random())"
    defer { try? Files.remove(log) }  // a leftover in /tmp harms nobody
    let file = try FileDescriptor.open(log, O_RDWR | O_CREAT)
    var request = SpawnRequest(path, arguments, environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"])
    request.descriptors = [-1, file.raw, file.raw]
    let child = try Child.spawn(request)
    let outcome = try child.wait()
    let text = String(decoding: try Files.read(log), as: UTF8.self)
    return outcome == .exited(0) ? text : nil
}

/// A state directory with a stamp that the host's mke2fs made, so that no appliance needs to start.
func withStampedState(_ body: (String) async throws -> Void) async throws {
    try await withState { state in
        try plantStamp(in: state)
        try await body(state)
    }
}

func plantStamp(in state: String) throws {
    let tree = "\(state)/tree"
    let raw = "\(state)/raw.img"
    for folder in ["upper/etc", "upper/workspace", "work", "aiu"] { try Files.makeFolder("\(tree)/\(folder)") }
    let marker = Stamp.marker(seed: [1, 2, 3])
    try Files.replace("\(tree)/upper\(StateLayout.configurationPath)", with: marker, mode: 0o644)
    let filler = [UInt8](repeating: 0xA5, count: SparseFile.blockSize)
    try SparseFile.fill(try FileDescriptor.open(raw, O_WRONLY | O_CREAT), with: filler, upTo: 256 << 20)
    let made = try output(
        "mke2fs",
        [
            "-q", "-F", "-t", "ext4", "-L", "aiu-state", "-b", "4096", "-J", "size=4",
            "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", "-d", tree, raw, "256M",
        ])
    #expect(made != nil, "mke2fs from e2fsprogs is needed")
    try Files.makeFolder("\(state)/stamps")
    #expect(try stamps(in: state).adopt(raw, marker: marker, filler: filler))
    try Files.remove(raw)
    try Files.removeTree(tree)
}

func stamps(in state: String) -> StampStore {
    StampStore(
        folder: "\(state)/stamps",
        appliance: Appliance(
            cacheDirectory: "\(state)/cache", temporaryDirectory: "\(state)/cache/tmp", deadline: .seconds(120)))
}

/// What a file of an ext4 image holds, read without mounting it.
func dump(_ path: String, from image: String) throws -> [UInt8] {
    let target = "/tmp/disks-images-dump-\(VMID.random())"
    defer { try? Files.remove(target) }  // a leftover in /tmp harms nobody
    try output("debugfs", ["-R", "dump \(path) \(target)", image])
    return try Files.read(target)
}

func isClean(_ image: String) throws -> Bool { try output("e2fsck", ["-fn", image]) != nil }

func disk(_ configuration: String = #"{"name":"test"}"#, size: ByteCount = .gibibytes(2)) -> NewStateDisk {
    NewStateDisk(id: .random(), size: size, configuration: Array(configuration.utf8))
}
