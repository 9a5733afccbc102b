internal import AIUModel

/// Makes the file systems of state disks inside an appliance: the slow, always possible way.
enum DiskFormat {
    /// Formats the appliance's first disks, one for each configuration; those with keys behind them.
    static func apply(
        _ configurations: [[UInt8]], _ keys: [DiskKey?], in guest: borrowing GuestFS
    ) throws(GuestFSError) {
        for index in configurations.indices {
            let device = try open(index, keys[index], guest)
            try guest.makeExt4(
                device, label: StateLayout.label, blockSize: StateLayout.blockSize,
                bytesPerInode: StateLayout.bytesPerInode, journalMebibytes: StateLayout.journalMebibytes,
                reservedPercent: StateLayout.reservedPercent)
            try guest.mount(device, at: "/")
            for folder in StateLayout.folders {
                try guest.makeFolder(folder.path, mode: folder.mode, owner: folder.owner)
            }
            try writeConfiguration(configurations[index], in: guest)
            try close(device, keys[index], guest)
        }
    }

    /// Replaces the configuration on each of the appliance's first disks.
    static func inject(
        _ configurations: [[UInt8]], _ keys: [DiskKey?], in guest: borrowing GuestFS
    ) throws(GuestFSError) {
        for index in configurations.indices {
            let device = try open(index, keys[index], guest)
            try guest.mount(device, at: "/")
            try writeConfiguration(configurations[index], in: guest)
            try close(device, keys[index], guest)
        }
    }

    /// The device with the file system.
    private static func open(
        _ index: Int, _ key: DiskKey?, _ guest: borrowing GuestFS
    ) throws(GuestFSError) -> String {
        guard let key else { return device(index) }
        return try guest.openEncrypted(device(index), key, as: "aiu-state-\(index)")
    }

    private static func close(_ device: String, _ key: DiskKey?, _ guest: borrowing GuestFS) throws(GuestFSError) {
        try guest.unmountAll()
        if key != nil { try guest.closeEncrypted(device) }
    }

    private static func writeConfiguration(
        _ configuration: [UInt8], in guest: borrowing GuestFS
    ) throws(GuestFSError) {
        try guest.write(StateLayout.storedConfiguration, configuration)
        try guest.setMode(StateLayout.storedConfiguration, StateLayout.configurationMode)
    }

    /// libguestfs's name for the disk that was attached as number `index`: sda … sdz, sdaa …
    static func device(_ index: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        var name = ""
        var rest = index + 1
        while rest > 0 {
            rest -= 1
            name.insert(letters[rest % letters.count], at: name.startIndex)
            rest /= letters.count
        }
        return "/dev/sd\(name)"
    }
}
