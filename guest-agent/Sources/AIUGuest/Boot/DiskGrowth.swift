internal import AIUSystem
internal import CLinux
internal import Glibc

/// Grows the state disk's file system to the size of its device, a step a turn so that nobody waits for it.
package final class DiskGrowth {
    private static let stepBytes: UInt64 = 4 << 30
    /// Less than this is not worth the work.
    private static let smallestGain: UInt64 = 8 << 20

    private let context: GuestContext

    package init(context: GuestContext) { self.context = context }

    package func start() {
        do throws(SystemError) {
            guard let disk = try Disk() else { return }
            guard disk.deviceBytes >= disk.fileSystemBytes + Self.smallestGain else { return }
            step(disk, from: disk.fileSystemBytes)
        } catch {
            context.journal.warning("the state disk cannot grow: \(error)")
        }
    }

    private func step(_ disk: Disk, from present: UInt64) {
        let wanted = min(disk.deviceBytes, present + Self.stepBytes)
        let result = aiu_resize_ext4(disk.folder.raw, wanted / disk.blockSize)
        if result < 0 {
            context.journal.warning("the state disk could not grow to \(wanted) bytes: \(Errno(-result))")
        } else if wanted < disk.deviceBytes {
            context.loop.after(.milliseconds(5)) { [self] in step(disk, from: wanted) }
        } else {
            context.journal.info("the state disk has grown to \(wanted >> 20) MiB")
        }
    }
}

/// The state disk as its device and its superblock describe it.
private struct Disk {
    let folder: Handle
    let deviceBytes: UInt64
    let fileSystemBytes: UInt64
    let blockSize: UInt64

    /// Nil when there is no state disk.
    init?() throws(SystemError) {
        guard Files.exists(RootFiles.stateDevice) else { return nil }
        let device = try FileDescriptor.open(RootFiles.stateDevice, O_RDONLY)
        let end = try SystemError.checkErrno(lseek(device.raw, 0, SEEK_END), "measure the state disk")
        try SystemError.checkErrno(lseek(device.raw, 1024, SEEK_SET), "read the superblock")
        let superblock = try device.readAll(count: 1024)
        func number(at offset: Int) -> UInt64 {
            (0..<4).reversed().reduce(0) { $0 << 8 | UInt64(superblock[offset + $1]) }
        }
        guard superblock.count == 1024, superblock[56] == 0x53, superblock[57] == 0xEF, number(at: 24) <= 6 else {
            return nil
        }
        blockSize = 1024 << number(at: 24)
        // The upper half counts only with the feature that makes block numbers 64 bits wide.
        let wide = number(at: 96) & 0x80 != 0
        fileSystemBytes = (number(at: 4) | (wide ? number(at: 336) << 32 : 0)) * blockSize
        deviceBytes = UInt64(end) / blockSize * blockSize
        folder = Handle(try FileDescriptor.open(RootFiles.stateFolder, O_RDONLY | O_DIRECTORY))
    }
}
