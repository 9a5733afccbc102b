internal import AIUModel
internal import AIUSystem
internal import Glibc

/// The VMs' folders: made aside, moved into place in one step, removed the same way.
struct StateDisks: Sendable {
    static let diskName = "state.img"
    static let unfinished = ".new-"
    static let abandoned = ".old-"

    let folder: String

    func home(of id: VMID) -> String { "\(folder)/\(id)" }

    func disk(of id: VMID) -> String { "\(home(of: id))/\(Self.diskName)" }

    func ids() throws(ImageError) -> Set<VMID> {
        let names = try ImageError.attempting("list the VMs' disks") { () throws(SystemError) in
            try Files.names(in: folder)
        }
        return Set(names.compactMap { VMID($0) })
    }

    /// Refuses what cannot become disks, before anything is made.
    func check(_ disks: [NewStateDisk]) throws(ImageError) {
        let attempt = "make the state disk"
        guard Set(disks.map(\.id)).count == disks.count else {
            throw .refused(attempt, .invalid, "the same VM was named twice")
        }
        for disk in disks {
            _ = try StateLayout.padded(disk.configuration)
            guard (StateLayout.smallest...StateLayout.largest).contains(disk.size) else {
                throw .refused(
                    attempt, .invalid,
                    "\(disk.size) is no size for it; it can have \(StateLayout.smallest) to \(StateLayout.largest)")
            }
            guard !Files.exists(home(of: disk.id)) else {
                throw .refused(attempt, .conflict, "\(home(of: disk.id)) is there already")
            }
        }
    }

    /// The fast way: copies of the stamp with the configurations put in.
    func create(_ disks: [NewStateDisk], from stamp: Stamp) throws(ImageError) {
        let attempt = "make the state disk"
        let each = stamp.allocated + Int64(stamp.description.length)
        try DiskSpace.require(Int64(disks.count) * each, at: folder, to: attempt)
        try stage(disks, attempt) { disk, file throws(ImageError) in
            let configuration = try StateLayout.padded(disk.configuration)
            try ImageError.attempting(attempt) { () throws(SystemError) in
                let source = try FileDescriptor.open(stamp.path, O_RDONLY)
                try SparseFile.copy(source, to: file)
                try SparseFile.write(configuration, to: file, at: stamp.description.offset)
                try file.truncate(to: Int64(disk.size.bytes))
            }
        } complete: { _ throws(ImageError) in
        }
    }

    /// The slow way: every disk formatted by libguestfs, many in one appliance.
    func create(_ disks: [NewStateDisk], by appliance: Appliance, forceTCG: Bool) throws(ImageError) {
        let attempt = "make the state disk"
        // What ext4 writes at the start: journal, tables, bitmaps.
        try DiskSpace.require(Int64(disks.count) * (8 << 20), at: folder, to: attempt)
        try stage(disks, attempt) { disk, file throws(ImageError) in
            try ImageError.attempting(attempt) { () throws(SystemError) in
                try file.truncate(to: Int64(StateLayout.smallest.bytes))
            }
        } complete: { paths throws(ImageError) in
            for start in stride(from: 0, to: disks.count, by: Appliance.maxDrives) {
                let part = start..<min(start + Appliance.maxDrives, disks.count)
                var configurations: [[UInt8]] = []
                for disk in disks[part] { configurations.append(try StateLayout.padded(disk.configuration)) }
                let drives = paths[part].map { Appliance.Drive($0, caching: .unsafe) }
                try appliance.run(to: attempt, drives: drives, forceTCG: forceTCG) { guest throws(GuestFSError) in
                    try DiskFormat.apply(configurations, in: guest)
                }
            }
            for index in disks.indices {
                try ImageError.attempting(attempt) { () throws(SystemError) in
                    try FileDescriptor.open(paths[index], O_RDWR).truncate(to: Int64(disks[index].size.bytes))
                }
            }
        }
    }

    /// Removes a VM's folder; one that is gone is fine.
    func remove(_ id: VMID) throws(ImageError) {
        try ImageError.attempting("remove the disk of the VM \(id)") { () throws(SystemError) in
            guard Files.exists(home(of: id)) else { return }
            // In one step out of sight: a crash halfway leaves no half disk that looks like a whole one.
            let aside = "\(folder)/\(Self.abandoned)\(id)"
            try Files.removeTree(aside)
            try Files.rename(home(of: id), to: aside)
            try Files.removeTree(aside)
        }
    }

    /// Removes what a crash left half made or half removed.
    func clean() throws(ImageError) {
        try ImageError.attempting("clean \(folder)") { () throws(SystemError) in
            for name in try Files.names(in: folder)
            where name.hasPrefix(Self.unfinished) || name.hasPrefix(Self.abandoned) {
                try Files.removeTree("\(folder)/\(name)")
            }
        }
    }

    /// Makes folders with disks aside, lets `fill` and `complete` do their part, and moves all into place, or none.
    private func stage(
        _ disks: [NewStateDisk], _ attempt: String,
        fill: (NewStateDisk, borrowing FileDescriptor) throws(ImageError) -> Void,
        complete: ([String]) throws(ImageError) -> Void
    ) throws(ImageError) {
        let paths = disks.map { "\(folder)/\(Self.unfinished)\($0.id)/\(Self.diskName)" }
        var placed: [VMID] = []
        do throws(ImageError) {
            for index in disks.indices {
                let file = try ImageError.attempting(attempt) { () throws(SystemError) in
                    try Files.removeTree("\(folder)/\(Self.unfinished)\(disks[index].id)")
                    try Files.makeFolder("\(folder)/\(Self.unfinished)\(disks[index].id)")
                    return try FileDescriptor.open(paths[index], O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
                }
                try fill(disks[index], file)
            }
            try complete(paths)
            try ImageError.attempting(attempt) { () throws(SystemError) in
                for path in paths { try FileDescriptor.open(path, O_RDWR).synchronize() }
                for disk in disks {
                    try Files.rename("\(folder)/\(Self.unfinished)\(disk.id)", to: home(of: disk.id))
                    placed.append(disk.id)
                }
                try FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
            }
        } catch {
            // The first error is the one to tell; what stays behind is removed at the next start.
            for disk in disks { try? Files.removeTree("\(folder)/\(Self.unfinished)\(disk.id)") }
            // Only what was put there now: a folder that was in the way belongs to somebody.
            for id in placed { try? Files.removeTree(home(of: id)) }
            throw error
        }
    }
}
