import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

@Suite("Disks with models")
struct ModelDiskTests {
    private func model(_ name: String, _ digest: String, bytes: Int64 = 1000) -> AttachedModel {
        AttachedModel(name: name, digest: digest, bytes: bytes, roles: ["reasoning"])
    }

    @Test("are found by their serial numbers, and only when they are as long as the model")
    func found() throws {
        let folder = "/tmp/models-disks-\(getpid())"
        defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
        for (disk, serial, size) in [
            ("vda", nil, "99"), ("vdb", "", "8"), ("vdc", "aa\n", "2\n"), ("vdd", "bb", "3"),
            ("vde", String(repeating: "c", count: 20), "2"),
        ] as [(String, String?, String)] {
            try Files.makeFolder("\(folder)/\(disk)")
            if let serial { try Files.replace("\(folder)/\(disk)/serial", with: Array(serial.utf8)) }
            try Files.replace("\(folder)/\(disk)/size", with: Array(size.utf8))
        }
        let long = model("long", String(repeating: "c", count: 64))
        let result = ModelDisks(blocks: folder, devices: "/dev").find([
            long, model("first", "aa"), model("short", "bb"), model("absent", "dd"),
        ])
        #expect(result.found.map(\.device) == ["/dev/vde", "/dev/vdc"])
        #expect(result.found.map(\.model.name) == ["long", "first"])
        #expect(result.problems.count == 2)
        #expect(ModelDisks(blocks: "\(folder)/none").find([long]).problems.count == 1)
    }
}
