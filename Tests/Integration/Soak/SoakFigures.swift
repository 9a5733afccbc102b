import AIUSystem
import Glibc

/// What there is while nobody works and only the witness runs.
struct SoakFigures {
    /// By name, in the order in which they are shown.
    let values: [(name: String, value: Int, isBytes: Bool)]
    /// Sizes of what is bounded by itself and may fill up to its bound.
    let database: Int
    let writeAheadLog: Int
    let supervisorLog: Int
    let largestVMLog: Int
    let emulatorLogs: Int

    /// The median of several looks: what the supervisor does by its own clock must not count.
    static func atRest(_ machine: borrowing Machine, supervisor: Int32, backEnd: Int32) throws -> SoakFigures {
        var looks: [SoakFigures] = []
        for _ in 0..<5 {
            usleep(300_000)
            looks.append(try SoakFigures(machine, supervisor: supervisor, backEnd: backEnd))
        }
        return median(looks)
    }

    static func median(_ figures: [SoakFigures]) -> SoakFigures {
        let last = figures[figures.count - 1]
        return SoakFigures(
            last,
            values: last.values.indices.map { index in
                let sorted = figures.map { $0.values[index].value }.sorted()
                return (last.values[index].name, sorted[sorted.count / 2], last.values[index].isBytes)
            })
    }

    private init(_ other: SoakFigures, values: [(name: String, value: Int, isBytes: Bool)]) {
        self.values = values
        database = other.database
        writeAheadLog = other.writeAheadLog
        supervisorLog = other.supervisorLog
        largestVMLog = other.largestVMLog
        emulatorLogs = other.emulatorLogs
    }

    private init(_ machine: borrowing Machine, supervisor: Int32, backEnd: Int32) throws {
        let state = machine.state
        var values: [(name: String, value: Int, isBytes: Bool)] = []
        for (name, pid) in [("aiud", supervisor), ("aiu-vsockd", backEnd)] {
            let figures = try ProcessFigures(pid)
            values += [
                ("\(name) private memory", figures.privateBytes, true),
                ("\(name) resident memory", figures.residentBytes, true),
                ("\(name) descriptors", figures.descriptors, false), ("\(name) threads", figures.threads, false),
            ]
        }
        let files = try Self.files(below: state)
        emulatorLogs = files.count { $0.path.contains("/libvirt/log/qemu/") }
        // The audit grows by design, and is removed by age.
        let audit = files.count { $0.path.hasPrefix("\(state)/audit/") }
        values.append(("files in the state directory", files.count - emulatorLogs - audit, false))
        self.values = values
        let size = { (path: String) in files.first { $0.path == "\(state)/\(path)" }?.size ?? 0 }
        database = size("aiu.db")
        writeAheadLog = size("aiu.db-wal")
        supervisorLog = max(size("aiud.log"), size("aiud.log.1"))
        largestVMLog =
            files.filter { $0.path.hasPrefix("\(state)/vms/") && $0.path.contains(".log") }.map(\.size).max() ?? 0
    }

    private static func files(below folder: String) throws -> [(path: String, size: Int)] {
        try Files.names(in: folder).flatMap { name -> [(path: String, size: Int)] in
            let path = "\(folder)/\(name)"
            var information = stat()
            // A file may be gone again while it is looked at.
            guard unsafe lstat(path, &information) == 0 else { return [] }
            guard information.st_mode & S_IFMT == S_IFDIR else { return [(path, Int(information.st_size))] }
            return try files(below: path)
        }
    }
}
