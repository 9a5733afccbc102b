internal import AIULUKS
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// The VMs' folders: made aside, moved into place in one step, removed the same way.
struct StateDisks: Sendable {
    static let diskName = "state.img"
    static let unfinished = ".new-"
    static let abandoned = ".old-"

    let folder: String
    let keys: DiskKeys
    /// What is encrypted at once.
    private static let pieceSize = 1 << 20

    func home(of id: VMID) -> String { "\(folder)/\(id)" }

    func disk(of id: VMID) -> String { "\(home(of: id))/\(Self.diskName)" }

    func isEncrypted(_ id: VMID) -> Bool { keys.isEncrypted(home(of: id)) }

    func key(of id: VMID, to attempt: String) throws(ImageError) -> DiskKey? {
        try keys.key(of: id, in: home(of: id), to: attempt)
    }

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
            if disk.encrypted { _ = try keys.require(to: attempt) }
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
        "\(unfinished ? newHome(of: id) : home(of: id))/\(ConfigurationPlace.fileName)"
    }

    private func newHome(of id: VMID) -> String { "\(folder)/\(Self.unfinished)\(id)" }

    /// The disk behind an open file, which must not be in use.
    private func content(
        of id: VMID, in file: borrowing FileDescriptor, to attempt: String
    ) throws(ImageError) -> DiskContent {
        try DiskContent.open(try key(of: id, to: attempt), in: file, to: attempt)
    }

    /// A new disk in an empty file, with a key of its own where it is to have one.
    private func begin(
        _ id: VMID, encrypted: Bool, in file: borrowing FileDescriptor, to attempt: String
    ) throws(ImageError) -> (content: DiskContent, key: DiskKey?) {
        guard encrypted else { return (.plain, nil) }
        let key = try keys.make(for: id, in: newHome(of: id), to: attempt)
        return (try DiskContent.make(key, for: id, in: file, to: attempt), key)
    }

    /// An encrypted disk ends with a whole sector.
    private static func length(_ size: ByteCount, _ content: DiskContent) -> Int64 {
        let sector = Int64(SectorCipher.sector)
        return content.cipher == nil
            ? Int64(size.bytes) : content.start + (Int64(size.bytes) + sector - 1) / sector * sector
    }

    /// The fast way: copies of the stamp with the configurations put in.
    func create(_ disks: [NewStateDisk], from stamp: Stamp) throws(ImageError) {
        let attempt = "make the state disk"
        let encrypted = LUKSVolume.payload + stamp.description.written.reduce(0) { $0 + $1.length }
        let needed = disks.reduce(0) { $0 + ($1.encrypted ? encrypted : stamp.allocated) }
        try DiskSpace.require(
            needed + Int64(disks.count * stamp.description.length), at: folder, to: attempt)
        try stage(disks.map(\.id), attempt) { index, file throws(ImageError) in
            let disk = disks[index]
            let configuration = try StateLayout.padded(disk.configuration)
            let content = try begin(disk.id, encrypted: disk.encrypted, in: file, to: attempt).content
            try ImageError.attempting(attempt) { () throws(SystemError) in
                let source = try FileDescriptor.open(stamp.path, O_RDONLY)
                if disk.encrypted {
                    try Self.write(stamp.description.written, of: source, to: file, content)
                } else {
                    try SparseFile.copy(source, to: file)
                }
                try content.write(configuration, at: stamp.description.offset, to: file)
                try file.truncate(to: Self.length(disk.size, content))
                let place = ConfigurationPlace(offset: stamp.description.offset, content: configuration)
                try place.remember(at: placePath(disk.id, unfinished: true), for: file)
            }
        }
    }

    /// Zeros too: what is never written to an encrypted disk reads as anything.
    private static func write(
        _ extents: [Extent], of source: borrowing FileDescriptor, to file: borrowing FileDescriptor,
        _ content: DiskContent
    ) throws(SystemError) {
        for extent in extents {
            for offset in stride(from: extent.offset, to: extent.end, by: pieceSize) {
                let piece = try source.read(Int(min(Int64(pieceSize), extent.end - offset)), at: offset)
                try content.write(piece, at: offset, to: file)
            }
        }
    }

    /// The slow way: every disk formatted by libguestfs, many in one appliance.
    func create(_ disks: [NewStateDisk], by appliance: Appliance, forceTCG: Bool) throws(ImageError) {
        let attempt = "make the state disk"
        // What ext4 writes at the start: journal, tables, bitmaps.
        try DiskSpace.require(Int64(disks.count) * (8 << 20), at: folder, to: attempt)
        var made: [(content: DiskContent, key: DiskKey?)] = []
        try stage(disks.map(\.id), attempt) { index, file throws(ImageError) in
            let new = try begin(disks[index].id, encrypted: disks[index].encrypted, in: file, to: attempt)
            made.append(new)
            try ImageError.attempting(attempt) { () throws(SystemError) in
                try file.truncate(to: Self.length(StateLayout.smallest, new.content))
            }
        } complete: { paths throws(ImageError) in
            for start in stride(from: 0, to: disks.count, by: Appliance.maxDrives) {
                let part = start..<min(start + Appliance.maxDrives, disks.count)
                var configurations: [[UInt8]] = []
                for disk in disks[part] { configurations.append(try StateLayout.padded(disk.configuration)) }
                let drives = paths[part].map { Appliance.Drive($0, caching: .unsafe) }
                let keys = made[part].map(\.key)
                try appliance.run(to: attempt, drives: drives, forceTCG: forceTCG) { guest throws(GuestFSError) in
                    try DiskFormat.apply(configurations, keys, in: guest)
                }
            }
            for index in disks.indices {
                try ImageError.attempting(attempt) { () throws(SystemError) in
                    try FileDescriptor.open(paths[index], O_RDWR)
                        .truncate(to: Self.length(disks[index].size, made[index].content))
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
            let content = try content(of: source, in: original, to: attempt)
            let place = try ImageError.attempting(attempt) { () throws(SystemError) in
                try ConfigurationPlace.recall(at: placePath(source), for: original, content)
            }
            if content.cipher != nil {
                try encrypt(content, of: original, for: target, in: file, to: attempt)
            } else if !SparseFile.share(original, with: file) {
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

    /// A copy under a key of its own: whoever loses or destroys one key has nothing to do with the other disk.
    private func encrypt(
        _ content: DiskContent, of original: borrowing FileDescriptor, for target: VMID,
        in file: borrowing FileDescriptor, to attempt: String
    ) throws(ImageError) {
        let size = try ImageError.attempting(attempt) { () throws(SystemError) in
            try SparseFile.dataSize(of: original)
        }
        try DiskSpace.require(size, at: folder, to: attempt)
        let copy = try begin(target, encrypted: true, in: file, to: attempt).content
        try ImageError.attempting(attempt) { () throws(SystemError) in
            let length = Int64(try original.metadata().st_size)
            let sector = Int64(SectorCipher.sector)
            for range in try SparseFile.dataRanges(of: original) where range.upperBound > content.start {
                let start = (max(range.lowerBound, content.start) - content.start) / sector * sector
                let end = min((range.upperBound - content.start + sector - 1) / sector * sector, length - content.start)
                for offset in stride(from: start, to: end, by: Self.pieceSize) {
                    let piece = try content.read(
                        Int(min(Int64(Self.pieceSize), end - offset)), at: offset, of: original)
                    try copy.write(piece, at: offset, to: file)
                }
            }
            try file.truncate(to: length)
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
        let file = try ImageError.attempting(attempt) { () throws(SystemError) in
            try FileDescriptor.open(disk(of: id), O_RDWR | O_NOFOLLOW)
        }
        let inside = try self.content(of: id, in: file, to: attempt)
        return try ImageError.attempting(attempt) { () throws(SystemError) in
            guard var place = try ConfigurationPlace.recall(at: placePath(id), for: file, inside, holding: present)
            else { return false }
            // From here until it is remembered again the place counts as unknown, so that a crash leaves it so.
            try Files.remove(placePath(id))
            try inside.write(content, at: place.offset, to: file)
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
        let file = try ImageError.attempting(attempt) { () throws(SystemError) in
            try FileDescriptor.open(disk(of: id), O_RDWR | O_NOFOLLOW)
        }
        let content = try content(of: id, in: file, to: attempt)
        let length = Self.length(size, content)
        try ImageError.attempting(attempt) { () throws(SystemError) in
            guard try file.metadata().st_size < length else { return }
            let place = try ConfigurationPlace.recall(at: placePath(id), for: file, content)
            try file.truncate(to: length)
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
            try DiskKeys.destroy(in: aside)
            try Files.removeTree(aside)
            try Files.rename(home(of: id), to: aside)
            try DiskKeys.destroy(in: aside)
            try Files.removeTree(aside)
        }
    }

    /// Removes what a crash left half made or half removed.
    func clean() throws(ImageError) {
        try ImageError.attempting("clean \(folder)") { () throws(SystemError) in
            for name in try Files.names(in: folder)
            where name.hasPrefix(Self.unfinished) || name.hasPrefix(Self.abandoned) {
                try DiskKeys.destroy(in: "\(folder)/\(name)")
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
        let paths = ids.map { "\(newHome(of: $0))/\(Self.diskName)" }
        var placed: [VMID] = []
        do throws(ImageError) {
            for index in ids.indices {
                let file = try ImageError.attempting(attempt) { () throws(SystemError) in
                    try Files.removeTree(newHome(of: ids[index]))
                    try Files.makeFolder(newHome(of: ids[index]))
                    return try FileDescriptor.open(paths[index], O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
                }
                try fill(index, file)
            }
            try complete(paths)
            try ImageError.attempting(attempt) { () throws(SystemError) in
                for path in paths { try FileDescriptor.open(path, O_RDWR).synchronize() }
                for id in ids where keys.isEncrypted(newHome(of: id)) {
                    // A disk without its key would be lost.
                    try FileDescriptor.open(newHome(of: id), O_RDONLY | O_DIRECTORY).synchronize()
                }
                for id in ids {
                    try Files.rename(newHome(of: id), to: home(of: id))
                    placed.append(id)
                }
                try FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
            }
        } catch {
            // The first error is the one to tell; what stays behind is removed at the next start.
            for id in ids { try? Files.removeTree(newHome(of: id)) }
            // Only what was put there now: a folder that was in the way belongs to somebody.
            for id in placed { try? Files.removeTree(home(of: id)) }
            throw error
        }
    }
}
