internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Starts libguestfs's appliance for one piece of work, with a limit on the whole of it.
package struct Appliance: Sendable {
    /// A disk to attach.
    package struct Drive: Sendable {
        package let path: String
        package let readOnly: Bool
        package let caching: GuestFS.Caching

        package init(_ path: String, readOnly: Bool = false, caching: GuestFS.Caching = .writeback) {
            self.path = path
            self.readOnly = readOnly
            self.caching = caching
        }
    }

    /// As many as one appliance is given at once; each costs it memory and a device.
    package static let maxDrives = 64
    private static let memoryMebibytes: Int32 = 256
    /// What the appliance takes in the cache, once.
    private static let applianceBytes: Int64 = 400 << 20

    private let cacheDirectory: String
    private let temporaryDirectory: String
    private let deadline: Duration

    package init(cacheDirectory: String, temporaryDirectory: String, deadline: Duration) {
        self.cacheDirectory = cacheDirectory
        self.temporaryDirectory = temporaryDirectory
        self.deadline = deadline
    }

    /// Attaches, starts, does the work, stops. Blocks for seconds.
    package func run<Result>(
        to attempt: String, drives: [Drive], forceTCG: Bool,
        _ work: (borrowing GuestFS) throws(GuestFSError) -> Result
    ) throws(ImageError) -> Result {
        let watchdog = ApplianceWatchdog(marker: cacheDirectory)
        watchdog.start(after: deadline)
        defer { watchdog.stop() }
        var launched = false
        do throws(GuestFSError) {
            let guest = try GuestFS()
            try guest.configure(
                cacheDirectory: cacheDirectory, temporaryDirectory: temporaryDirectory, forceTCG: forceTCG,
                memoryMebibytes: Self.memoryMebibytes)
            for drive in drives { try guest.addDrive(drive.path, readOnly: drive.readOnly, caching: drive.caching) }
            try guest.launch()
            launched = true
            let result = try work(guest)
            try guest.shutdown()
            return result
        } catch {
            if watchdog.hasBitten {
                let advice =
                    forceTCG
                    ? "is the host overloaded?" : "if /dev/kvm is there but does not work, `aiu doctor` says so"
                throw .refused(attempt, .timedOut, "libguestfs's appliance was not done within \(deadline); \(advice)")
            }
            if launched { throw ImageError(attempt, .appliance(error)) }
            try requireRoom(to: attempt)
            let why = ApplianceRequirements.missing() ?? "\(error); `libguestfs-test-tool` tells more"
            throw .refused(attempt, .unavailable, why)
        }
    }

    /// Asked after a failure only: when the appliance has not been built, the likeliest reason is a full disk.
    private func requireRoom(to attempt: String) throws(ImageError) {
        guard !Files.exists("\(cacheDirectory)/.guestfs-\(geteuid())/appliance.d/root") else { return }
        try DiskSpace.require(Self.applianceBytes, at: cacheDirectory, to: "\(attempt) with libguestfs's appliance")
    }
}
