internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// The models that the host attached: found among the disks by their serial numbers, and laid out for the programs that
/// run them. A disk is the model's file as it is, so nothing is mounted and nothing copied.
package struct ModelDisks {
    /// Whoever runs models may read them; that nobody can write is QEMU's doing.
    private static let mode: mode_t = 0o444
    private static let longestNumber = 4096

    private let blocks: String
    private let devices: String

    /// Where the kernel tells of disks, and where they are; the tests have other places.
    package init(blocks: String = "/sys/block", devices: String = "/dev") {
        self.blocks = blocks
        self.devices = devices
    }

    /// The models whose disks are there, each with its device, and what is wrong with the others.
    package func find(_ models: [AttachedModel]) -> (
        found: [(model: AttachedModel, device: String)], problems: [String]
    ) {
        var found: [(model: AttachedModel, device: String)] = []
        var problems: [String] = []
        // A kernel without disks has no such folder, and then no model is found.
        let disks = ((try? Files.names(in: blocks)) ?? []).sorted()
        for model in models {
            guard let disk = disks.first(where: { text("\($0)/serial") == model.serial }) else {
                problems.append("there is no disk with the model \(model.name)")
                continue
            }
            guard let sectors = text("\(disk)/size").flatMap({ Int64($0) }), sectors == model.sectors else {
                problems.append("the disk with the model \(model.name) is not as long as the model")
                continue
            }
            found.append((model, "\(devices)/\(disk)"))
        }
        return (found, problems)
    }

    /// Lays out what the kernel's command line tells of; what went wrong, in words.
    static func lay() -> [String] {
        // Without a command line there are no models.
        guard let line = try? Files.read("/proc/cmdline", limit: 64 * 1024) else { return [] }
        let told = AttachedModel.all(onCommandLine: String(decoding: line, as: UTF8.self))
        guard !told.isEmpty else { return [] }
        let disks = ModelDisks()
        var (found, problems) = disks.find(told)
        do throws(SystemError) {
            try Files.makeFolder(AttachedModel.folder, mode: 0o755)
            // Of memory: links of an earlier start must not be taken for those of this one.
            problems += Mounts.mount(
                "tmpfs", on: AttachedModel.folder, type: "tmpfs", [.noSuid, .noDev, .noExec], "mode=755,size=1m")
            found = found.filter { model, device in
                if let problem = link(model, device) {
                    problems.append(problem)
                    return false
                }
                return true
            }
            try Files.replace(AttachedModel.list, with: try encoded(found.map(\.model)), mode: 0o644)
        } catch {
            problems.append("the models of this VM cannot be used: \(error)")
        }
        return problems
    }

    private static func link(_ model: AttachedModel, _ device: String) -> String? {
        guard unsafe chmod(device, mode) == 0, unsafe symlink(device, model.path) == 0 else {
            return "the model \(model.name) on \(device) cannot be used: \(Errno.current)"
        }
        return nil
    }

    private static func encoded(_ models: [AttachedModel]) throws(SystemError) -> [UInt8] {
        do throws(JSONError) {
            return try JSONText.encode(models)
        } catch {
            throw SystemError("write down the models", AttachedModel.list, code: .invalidArgument)
        }
    }

    private func text(_ path: String) -> String? {
        // Disks of other kinds have no such number.
        guard let bytes = try? Files.read("\(blocks)/\(path)", limit: Self.longestNumber) else { return nil }
        return String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self)
    }
}
