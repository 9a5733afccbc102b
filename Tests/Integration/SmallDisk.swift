import AIUSystem
import Glibc
import Testing

/// A small file system that can be filled, gone with its owner.
struct SmallDisk: ~Copyable {
    let path: String

    /// Stamps are for tests that make VMs.
    init(mebibytes: Int, withStamps: Bool = true) throws {
        if withStamps { try Machine.prepareStamps() }
        let path = "\(Machine.folder)/d\(getpid())-\(mebibytes)"
        try Files.makeFolder(path)
        try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", path])
        self.path = path
    }

    deinit {
        do {
            try Self.run("/bin/umount", ["--lazy", path])
            try Files.removeTree(path)
        } catch {
            Issue.record("the small disk was not removed: \(error)")
        }
    }

    /// Takes what room there is, to the last block.
    func fill() throws { _ = try Self.status("/bin/sh", ["-c", "cat /dev/zero > \(path)/fill"]) }

    func empty() throws { try Files.remove("\(path)/fill") }

    func remount(readOnly: Bool) throws {
        try Self.run("/bin/mount", ["-o", "remount,\(readOnly ? "ro" : "rw")", path])
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        try #require(try status(program, arguments) == .exited(0), "\(program) \(arguments)")
    }

    private static func status(_ program: String, _ arguments: [String]) throws -> Child.Outcome {
        try Child.spawn(SpawnRequest(program, arguments, environment: ["PATH=/usr/bin:/bin"])).wait()
    }
}
