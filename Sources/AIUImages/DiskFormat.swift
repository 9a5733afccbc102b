/// Makes the file systems of state disks inside an appliance: the slow, always possible way.
enum DiskFormat {
    /// Formats the appliance's first disks, one for each configuration.
    static func apply(_ configurations: [[UInt8]], in guest: borrowing GuestFS) throws(GuestFSError) {
        for index in configurations.indices {
            let device = Self.device(index)
            try guest.makeExt4(
                device, label: StateLayout.label, blockSize: StateLayout.blockSize,
                bytesPerInode: StateLayout.bytesPerInode, journalMebibytes: StateLayout.journalMebibytes,
                reservedPercent: StateLayout.reservedPercent)
            try guest.mount(device, at: "/")
            for folder in StateLayout.folders {
                try guest.makeFolder(folder.path, mode: folder.mode, owner: folder.owner)
            }
            try writeConfiguration(configurations[index], in: guest)
            try guest.unmountAll()
        }
    }

    /// Replaces the configuration on each of the appliance's first disks.
    static func inject(_ configurations: [[UInt8]], in guest: borrowing GuestFS) throws(GuestFSError) {
        for index in configurations.indices {
            try guest.mount(device(index), at: "/")
            try writeConfiguration(configurations[index], in: guest)
            try guest.unmountAll()
        }
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
