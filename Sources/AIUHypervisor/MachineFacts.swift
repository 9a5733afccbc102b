package import AIUModel

/// What a description of a machine needs to know of the host.
package struct MachineFacts: Equatable, Sendable {
    /// Room for memory that is plugged in later.
    package struct HotMemory: Equatable, Sendable {
        package var room: ByteCount
        package init(room: ByteCount) { self.room = room }
    }

    package var emulator: String
    package var firmware: String
    /// Processors that a machine may grow to; never fewer than it boots with.
    package var processorLimit: Int
    package var hotMemory: HotMemory?
    /// libvirt gives a machine's files to QEMU's user while it runs.
    package var handsOverFiles = false
    /// libvirt's fake hypervisor knows only its own domain type.
    package var fake = false

    package init(emulator: String, firmware: String, processorLimit: Int, hotMemory: HotMemory? = nil) {
        self.emulator = emulator
        self.firmware = firmware
        self.processorLimit = processorLimit
        self.hotMemory = hotMemory
    }
}
