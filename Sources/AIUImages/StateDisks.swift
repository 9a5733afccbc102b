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
            try requireSize(disk.size, attempt)
            try requireAbsent(disk.id, attempt)
        }
    }

    private func requireSize(_ size: ByteCount, _ attempt: String) throws(ImageError) {
        guard (StateLayout.smallest...StateLayout.largest).contains(size) else {
            throw .refused(
                attempt, .invalid,
                "\(size) is no size for it; it can have \(StateLayout.smallest) to \(StateLayout.largest)")
        }
    }

    private func requireAbsent(_ id: VMID, _ attempt: String) throws(ImageError) {
        guard !Files.exists(home(of: id)) else {
            throw .refused(attempt, .conflict, "\(home(of: id)) is there already")
        }
    }

    private func placePath(_ id: VMID, unfinished: Bool = false) -> String {
        "\(unfinished ? "\(folder)/\(Self.unfinished)\(id)" : home(of: id))/\(ConfigurationPlace.fileName)"
    }

    /// The fast way: copies of the stamp with the configurations put in.
    func create(_ disks: [NewStateDisk], from stamp: Stamp) throws(ImageError) {
        let attempt = "make the state disk"
        let each = stamp.allocated + Int64(stamp.description.length)
        try DiskSpace.require(Int64(disks.count) * each, at: folder, to: attempt)
        try stage(disks.map(\.id), attempt) { index, file throws(ImageError) in
            let disk = disks[index]
            let configuration = try StateLayout.padded(disk.configuration)
            try ImageError.attempting(attempt) { () throws(SystemError) in
                let source = try FileDescriptor.open(stamp.path, O_RDONLY)
                try SparseFile.copy(source, to: file)
                try file.write(configuration, at: stamp.description.offset)
                try file.truncate(to: Int64(disk.size.bytes))
                let place = ConfigurationPlace(offset: stamp.description.offset, content: configuration)
                try place.remember(at: placePath(disk.id, unfinished: true), for: file)
            }
        }
    }

    /// The slow way: every disk formatted by libguestfs, many in one appliance.
    func create(_ disks: [NewStateDisk], by appliance: Appliance, forceTCG: Bool) throws(ImageError) {
        let attempt = "make the state disk"
        // What ext4 writes at the start: journal, tables, bitmaps.
        try DiskSpace.require(Int64(disks.count) * (8 << 20), at: folder, to: attempt)
        try stage(disks.map(\.id), attempt) { _, file throws(ImageError) in
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

    /// Makes a VM's disk like another one's: shared blocks where the file system can, else a copy of the data.
    func copy(_ source: VMID, to target: VMID) throws(ImageError) {
        let attempt = "copy the disk of the VM \(source)"
        try requireAbsent(target, attempt)
        try stage([target], attempt) { _, file throws(ImageError) in
            let original = try ImageError.attempting(attempt) { () throws(SystemError) in
                try FileDescriptor.open(disk(of: source), O_RDONLY | O_NOFOLLOW)
            }
            let place = try ImageError.attempting(attempt) { () throws(SystemError) in
                try ConfigurationPlace.recall(at: placePath(source), for: original)
            }
            if !SparseFile.share(original, with: file) {
                let size = try ImageError.attempting(attempt) { () throws(SystemError) in
                    try SparseFile.dataSize(of: original)
                }
                try DiskSpace.require(size, at: folder, to: attempt)
                try ImageError.attempting(attempt) { () throws(SystemError) in
                    try SparseFile.copyData(original, to: file)
                }
            }
            try ImageError.attempting(attempt) { () throws(SystemError) in
                let copy = placePath(target, unfinished: true)
                if let place { return try place.remember(at: copy, for: file) }
                // What a guest may have moved is still worth a look later.
                guard let hint = try? Files.read(placePath(source), limit: ConfigurationPlace.longest) else { return }
                try Files.replace(copy, with: hint)
            }
        }
    }

    /// Makes a disk that is one hole.
    func createEmpty(_ id: VMID, size: ByteCount, room: ByteCount) throws(ImageError) {
        let attempt = "make the state disk"
        try requireSize(size, attempt)
        try requireAbsent(id, attempt)
        // More than the disk can hold is not needed, whatever somebody says.
        try DiskSpace.require(Int64(min(room.bytes, size.bytes)), at: folder, to: attempt)
        try stage([id], attempt) { _, file throws(ImageError) in
            try ImageError.attempting(attempt) { () throws(SystemError) in
                try file.truncate(to: Int64(size.bytes))
            }
        }
    }

    /// Replaces the configuration where we put it, if it is certain to be there still; false otherwise.
    func writeConfiguration(
        _ configuration: [UInt8], of id: VMID, over present: String?
    ) throws(ImageError) -> Bool {
        let attempt = "put the configuration into the VM"
        let content = try StateLayout.padded(configuration)
        return try ImageError.attempting(attempt) { () throws(SystemError) in
            let file = try FileDescriptor.open(disk(of: id), O_RDWR | O_NOFOLLOW)
            guard var place = try ConfigurationPlace.recall(at: placePath(id), for: file, holding: present) else {
                return false
            }
            // From here until it is remembered again the place counts as unknown, so that a crash leaves it so.
            try Files.remove(placePath(id))
            try file.write(content, at: place.offset)
            try file.synchronize()
            place = ConfigurationPlace(offset: place.offset, content: content)
            try place.remember(at: placePath(id), for: file)
            return true
        }
    }

    /// Makes a disk larger by a hole at its end. It never becomes smaller.
    func grow(_ id: VMID, to size: ByteCount) throws(ImageError) {
        let attempt = "make the disk of the VM \(id) larger"
        try requireSize(size, attempt)
        try ImageError.attempting(attempt) { () throws(SystemError) in
            let file = try FileDescriptor.open(disk(of: id), O_RDWR | O_NOFOLLOW)
            guard try file.metadata().st_size < Int64(size.bytes) else { return }
            let place = try ConfigurationPlace.recall(at: placePath(id), for: file)
            try file.truncate(to: Int64(size.bytes))
            try file.synchronize()
            try place?.remember(at: placePath(id), for: file)
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
        _ ids: [VMID], _ attempt: String,
        fill: (Int, borrowing FileDescriptor) throws(ImageError) -> Void,
        complete: ([String]) throws(ImageError) -> Void = { _ in }
    ) throws(ImageError) {
        let paths = ids.map { "\(folder)/\(Self.unfinished)\($0)/\(Self.diskName)" }
        var placed: [VMID] = []
        do throws(ImageError) {
            for index in ids.indices {
                let file = try ImageError.attempting(attempt) { () throws(SystemError) in
                    try Files.removeTree("\(folder)/\(Self.unfinished)\(ids[index])")
                    try Files.makeFolder("\(folder)/\(Self.unfinished)\(ids[index])")
                    return try FileDescriptor.open(paths[index], O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
                }
                try fill(index, file)
            }
            try complete(paths)
            try ImageError.attempting(attempt) { () throws(SystemError) in
                for path in paths { try FileDescriptor.open(path, O_RDWR).synchronize() }
                for id in ids {
                    try Files.rename("\(folder)/\(Self.unfinished)\(id)", to: home(of: id))
                    placed.append(id)
                }
                try FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
            }
        } catch {
            // The first error is the one to tell; what stays behind is removed at the next start.
            for id in ids { try? Files.removeTree("\(folder)/\(Self.unfinished)\(id)") }
            // Only what was put there now: a folder that was in the way belongs to somebody.
            for id in placed { try? Files.removeTree(home(of: id)) }
            throw error
        }
    }
}
