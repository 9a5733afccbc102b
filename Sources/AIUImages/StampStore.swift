internal import AIUJSON
internal import AIUModel
package import AIUSystem
internal import Glibc
internal import Synchronization

/// The stamp of the current layout: found on disk, or made once with libguestfs.
package final class StampStore: Sendable {
    private let folder: String
    private let appliance: Appliance
    private let loaded = Mutex<Stamp?>(nil)

    package init(folder: String, appliance: Appliance) {
        self.folder = folder
        self.appliance = appliance
    }

    private var path: String { "\(folder)/\(StateLayout.digest).img" }
    private var unfinished: String { "\(folder)/.new-\(StateLayout.digest).img" }
    private var descriptionPath: String { "\(folder)/\(StateLayout.digest).json" }

    /// The stamp if there is a good one. One that was altered counts as none: it can be made again.
    package func existing() -> Stamp? {
        loaded.withLock { loaded in
            if let stamp = loaded, (try? FileFacts(path: path)) == stamp.facts { return stamp }  // gone: nil differs
            loaded = load()
            return loaded
        }
    }

    /// Makes the stamp, unless somebody just did. Blocks for as long as an appliance takes.
    /// Nil when libguestfs laid the configuration out in pieces, so that there is nothing to stamp.
    func make(forceTCG: Bool) throws(ImageError) -> Stamp? {
        if let stamp = existing() { return stamp }
        let attempt = "make the stamp of the state disks"
        let raw = "\(folder)/.new-\(StateLayout.digest).raw"
        defer {
            // Leftovers, of either name, are removed at the next start as well.
            try? Files.remove(raw)
            try? Files.remove(unfinished)
        }
        // Later it is compared with this, so that what formatting writes is known to the block.
        let filler = RandomBytes.make(SparseFile.blockSize)
        try DiskSpace.require(Int64(StateLayout.smallest.bytes), at: folder, to: attempt)
        try ImageError.attempting(attempt) { () throws(SystemError) in
            try Files.remove(raw)
            let file = try FileDescriptor.open(raw, O_WRONLY | O_CREAT | O_EXCL)
            try SparseFile.fill(file, with: filler, upTo: Int64(StateLayout.smallest.bytes))
        }
        let marker = Stamp.marker(seed: Array("aiu \(VMID.random())\(VMID.random())".utf8))
        let drive = Appliance.Drive(raw, caching: .unsafe)
        try appliance.run(to: attempt, drives: [drive], forceTCG: forceTCG) { guest throws(GuestFSError) in
            try DiskFormat.apply([marker], [nil], in: guest)
        }
        let finished = try ImageError.attempting(attempt) { () throws(SystemError) in
            try adopt(raw, marker: marker, filler: filler)
        }
        return finished ? existing() : nil
    }

    /// Makes a stamp of a disk that was full of the filler before it was formatted, with the marker as its configuration:
    /// removes filler, zeros and marker, and puts it in place. False when the marker is not in one piece.
    package func adopt(_ raw: String, marker: [UInt8], filler: [UInt8]) throws(SystemError) -> Bool {
        let source = try FileDescriptor.open(raw, O_RDONLY)
        try Files.remove(unfinished)
        let target = try FileDescriptor.open(unfinished, O_RDWR | O_CREAT | O_EXCL)
        let written = try SparseFile.compact(source, to: target, over: filler)
        guard case .found(let offset) = try Stamp.find(marker, in: target) else { return false }
        let empty = [UInt8](repeating: UInt8(ascii: " "), count: marker.count)
        try target.write(empty, at: offset)
        try target.synchronize()
        let description = Stamp.Description(
            format: Stamp.Description.format, layout: StateLayout.digest, offset: offset, length: marker.count,
            bytes: Int64(try target.metadata().st_size), written: written, sha256: try SparseFile.digest(of: target))
        guard let text = try? JSONText.encode(description, pretty: true) else { return false }  // integers and hex
        try Files.remove(descriptionPath)
        try Files.rename(unfinished, to: path)
        try Files.replace(descriptionPath, with: text)
        return true
    }

    /// Stamps of other layouts, each with its description.
    func unused() throws(ImageError) -> [StoredItem] {
        let names = try ImageError.attempting("list the stamps") { () throws(SystemError) in
            try Files.names(in: folder)
        }
        let stems = Set(
            names.compactMap { name in Self.suffixes.first(where: name.hasSuffix).map { name.dropLast($0.count) } })
        return stems.map(String.init).filter { DigestName.isDigest($0) && $0 != StateLayout.digest }.sorted().map {
            stem in
            let taken = Self.suffixes.reduce(into: UInt64(0)) {
                $0 += DiskSpace.taken(by: "\(folder)/\(stem)\($1)").bytes
            }
            return StoredItem(name: stem, size: ByteCount(bytes: taken))
        }
    }

    func remove(_ name: String) throws(ImageError) {
        let attempt = "remove the stamp \(Excerpt.quoted(name))"
        guard DigestName.isDigest(name) else { throw .refused(attempt, .invalid, "a stamp's name has 16 hex digits") }
        guard name != StateLayout.digest else {
            throw .refused(attempt, .conflict, "new VMs are made from it")
        }
        try ImageError.attempting(attempt) { () throws(SystemError) in
            for suffix in Self.suffixes { try Files.remove("\(folder)/\(name)\(suffix)") }
        }
    }

    private static let suffixes = [".json", ".img"]

    private func load() -> Stamp? {
        // Whatever is wrong with the files, the answer is a new stamp.
        guard let text = try? Files.read(descriptionPath, limit: 64 * 1024),
            let description = try? JSONText.decode(Stamp.Description.self, from: text),
            description.format == Stamp.Description.format, description.layout == StateLayout.digest,
            description.length == StateLayout.configurationBytes, description.offset > 0,
            description.offset <= description.bytes - Int64(description.length),
            description.written.count <= Stamp.Description.mostExtents,
            Extent.areSound(description.written, within: description.bytes),
            let file = try? FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let facts = try? FileFacts(of: file), facts.size == description.bytes,
            (try? SparseFile.digest(of: file)) == description.sha256,
            let allocated = try? SparseFile.dataSize(of: file)
        else { return nil }
        return Stamp(path: path, description: description, facts: facts, allocated: allocated)
    }
}
