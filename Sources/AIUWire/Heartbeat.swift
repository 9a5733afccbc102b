/// A sign of life with the guest's own view of its load. The host shows it and decides nothing by it alone.
package struct Heartbeat: Codable, Equatable, Sendable {
    package var uptimeMilliseconds: Int64
    package var memoryTotal: UInt64
    package var memoryAvailable: UInt64
    /// Running average over a minute, times 100.
    package var load: Int
    package var processes: Int
    package var diskTotal: UInt64
    package var diskFree: UInt64

    package init(
        uptimeMilliseconds: Int64, memoryTotal: UInt64, memoryAvailable: UInt64, load: Int, processes: Int,
        diskTotal: UInt64, diskFree: UInt64
    ) {
        self.uptimeMilliseconds = uptimeMilliseconds
        self.memoryTotal = memoryTotal
        self.memoryAvailable = memoryAvailable
        self.load = load
        self.processes = processes
        self.diskTotal = diskTotal
        self.diskFree = diskFree
    }
}
