internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Files of a stopped VM, seen as the VM sees them: its own over those of the read-only root file system. The kernel
/// that mounts all this is the appliance's; the host's never touches what a guest wrote.
struct OfflineFiles: Sendable {
    static let limit = 16 << 20
    private static let pieceSize: Int32 = 2 << 20

    let appliance: Appliance

    func read(
        _ path: GuestPath, disk: String, key: DiskKey?, root: String, forceTCG: Bool
    ) throws(ImageError) -> [UInt8] {
        let attempt = "read \(path) of the VM"
        let answer = try withFiles(attempt, disk, key, root, forceTCG) { guest throws(GuestFSError) in
            switch Self.kind(try guest.metadata(path.text)) {
            case .plain(let size) where size <= Int64(Self.limit): return Answer.bytes(try Self.read(path, guest))
            case .plain(let size): return .refused(.invalid, "it has \(size) bytes, and \(Self.limit) is the most")
            case .missing: return .refused(.notFound, "there is no such file")
            case .folder: return .refused(.invalid, "it is a folder")
            case .special: return .refused(.invalid, "it is no plain file")
            }
        }
        switch answer {
        case .bytes(let bytes) where bytes.count <= Self.limit: return bytes
        case .bytes: throw .refused(attempt, .invalid, "it has more than \(Self.limit) bytes")
        case .refused(let reason, let why): throw .refused(attempt, reason, why)
        }
    }

    func write(
        _ path: GuestPath, _ bytes: [UInt8], disk: String, key: DiskKey?, root: String, forceTCG: Bool
    ) throws(ImageError) {
        let attempt = "write \(path) of the VM"
        guard bytes.count <= Self.limit else {
            throw .refused(attempt, .invalid, "\(bytes.count) bytes are too many; \(Self.limit) is the most")
        }
        // Without room on the host QEMU would stop its machine and wait.
        try DiskSpace.require(2 * Int64(bytes.count), at: disk, to: attempt)
        // The agent reads a file of exactly this size.
        let content = path.text == StateLayout.configurationPath ? try StateLayout.padded(bytes) : bytes
        let answer = try withFiles(attempt, disk, key, root, forceTCG) { guest throws(GuestFSError) in
            switch Self.kind(try guest.metadata(path.text)) {
            case .plain, .missing: break
            case .folder: return Answer.refused(.invalid, "it is a folder")
            case .special: return .refused(.invalid, "it is no plain file")
            }
            do throws(GuestFSError) {
                try guest.write(path.text, content)
            } catch  where error.code == .noSuchFile {
                return .refused(.notFound, "the folder that it would be in is not there")
            }
            return .bytes([])
        }
        if case .refused(let reason, let why) = answer { throw .refused(attempt, reason, why) }
    }

    /// Replaces the configurations on several disks, many in one appliance.
    func inject(
        _ disks: [(disk: String, key: DiskKey?, configuration: [UInt8])], forceTCG: Bool
    ) throws(ImageError) {
        let attempt = "put the configuration into the VM"
        var configurations: [[UInt8]] = []
        for item in disks {
            configurations.append(try StateLayout.padded(item.configuration))
            try requireFree(item.disk, attempt)
        }
        for start in stride(from: 0, to: disks.count, by: Appliance.maxDrives) {
            let part = start..<min(start + Appliance.maxDrives, disks.count)
            let drives = disks[part].map { Appliance.Drive($0.disk) }
            let content = Array(configurations[part])
            let keys = disks[part].map(\.key)
            try appliance.run(to: attempt, drives: drives, forceTCG: forceTCG) { guest throws(GuestFSError) in
                try DiskFormat.inject(content, keys, in: guest)
            }
        }
    }

    func requireFree(_ disk: String, _ attempt: String) throws(ImageError) {
        let inUse = try ImageError.attempting(attempt) { () throws(SystemError) in try DiskLock.isHeld(disk) }
        guard !inUse else {
            throw .refused(attempt, .busy, "its disk is in use; stop the VM first, or use `aiu cp` while it runs")
        }
    }

    /// What a look into the disk gave.
    private enum Answer {
        case bytes([UInt8])
        case refused(Failure.Reason, String)
    }

    private enum Kind {
        case missing, folder, special
        case plain(Int64)
    }

    private static func kind(_ metadata: (mode: UInt32, size: Int64)?) -> Kind {
        guard let metadata else { return .missing }
        switch metadata.mode & S_IFMT {
        case S_IFREG: return .plain(metadata.size)
        case S_IFDIR: return .folder
        // Reading a pipe would wait for ever.
        default: return .special
        }
    }

    private static func read(_ path: GuestPath, _ guest: borrowing GuestFS) throws(GuestFSError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let piece = try guest.read(path.text, count: pieceSize, offset: Int64(bytes.count))
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }

    private func withFiles<Result>(
        _ attempt: String, _ disk: String, _ key: DiskKey?, _ root: String, _ forceTCG: Bool,
        _ work: (borrowing GuestFS) throws(GuestFSError) -> Result
    ) throws(ImageError) -> Result {
        try requireFree(disk, attempt)
        let drives = [Appliance.Drive(disk), Appliance.Drive(root, readOnly: true)]
        return try appliance.run(to: attempt, drives: drives, forceTCG: forceTCG) { guest throws(GuestFSError) in
            var opened: String?
            if let key { opened = try guest.openEncrypted(DiskFormat.device(0), key, as: Self.opened) }
            try guest.shell(Self.mount, to: "mount the VM's file system")
            let result = try work(guest)
            try guest.shell(Self.unmount, to: "unmount the VM's file system")
            if let opened { try guest.closeEncrypted(opened) }
            return result
        }
    }

    private static let opened = "aiu-state"

    // Disks are named by their place on the bus: labels are the guest's to choose, and sda may be any of them.
    private static let mount: StaticString = """
        set -e
        modprobe -q erofs || true
        modprobe -q overlay || true
        state=/dev/mapper/aiu-state
        test -e "$state" || state=/dev/$(ls /sys/class/scsi_device/*:0:0:0/device/block)
        base=/dev/$(ls /sys/class/scsi_device/*:0:1:0/device/block)
        mkdir -p /run/aiu-state /run/aiu-base
        mount -t ext4 -o nosuid,nodev,noexec "$state" /run/aiu-state
        mount -t erofs -o ro,nosuid,nodev,noexec "$base" /run/aiu-base
        mount -t overlay -o nosuid,nodev,noexec,lowerdir=/run/aiu-base,\
        upperdir=/run/aiu-state/upper,workdir=/run/aiu-state/work overlay /sysroot
        """

    private static let unmount: StaticString = "umount /sysroot && umount /run/aiu-state"
}
