package import AIUModel

/// What a description of a machine needs to know of the host.
package struct MachineFacts: Equatable, Sendable {
    /// Room for memory that is plugged in later.
    package struct HotMemory: Equatable, Sendable {
        package var room: ByteCount
        package init(room: ByteCount) { self.room = room }
    }

    /// A user and a group by their numbers.
    package struct User: Equatable, Sendable {
        package var user: UInt32
        package var group: UInt32

        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// How QEMU comes by the key of an encrypted disk.
    package enum KeyDelivery: Equatable, Sendable {
        /// From libvirt's store of secrets.
        case secret
        /// It reads it from this named pipe.
        case pipe(String)
    }

    package var emulator: String
    package var firmware: String
    /// Processors that a machine may grow to; never fewer than it boots with.
    package var processorLimit: Int
    package var hotMemory: HotMemory?
    /// libvirt gives a machine's files to QEMU's user while it runs.
    package var handsOverFiles = false
    /// Who QEMU is to run as, where libvirt would choose a user that cannot reach the VM's files.
    package var runsAs: User?
    package var keyDelivery = KeyDelivery.secret
    /// How fast the host's time stamp counter runs, where it is known.
    package var counterKilohertz: Int?
    /// libvirt's fake hypervisor knows only its own domain type.
    package var fake = false

    package init(emulator: String, firmware: String, processorLimit: Int, hotMemory: HotMemory? = nil) {
        self.emulator = emulator
        self.firmware = firmware
        self.processorLimit = processorLimit
        self.hotMemory = hotMemory
    }
}
