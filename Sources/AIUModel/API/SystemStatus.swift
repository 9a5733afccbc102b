/// The supervisor as it sees itself.
package struct SystemStatus: Equatable, Sendable, Codable {
    package var version: String
    package var apiVersion: Int
    package var processID: Int32
    /// Milliseconds since 1970.
    package var started: Int64
    /// For how long it has run, whatever happened to the clock.
    package var uptimeMilliseconds: Int64
    package var stateDirectory: String
    package var hypervisor: String
    package var accelerator: Accelerator?
    package var vms: [String: Int]
    package var residentBytes: UInt64
    /// What was put right after an earlier supervisor ended unexpectedly.
    package var repairs: [String]

    package init(
        version: String, apiVersion: Int, processID: Int32, started: Int64, uptimeMilliseconds: Int64,
        stateDirectory: String, hypervisor: String, accelerator: Accelerator?, vms: [String: Int],
        residentBytes: UInt64, repairs: [String]
    ) {
        self.version = version
        self.apiVersion = apiVersion
        self.processID = processID
        self.started = started
        self.uptimeMilliseconds = uptimeMilliseconds
        self.stateDirectory = stateDirectory
        self.hypervisor = hypervisor
        self.accelerator = accelerator
        self.vms = vms
        self.residentBytes = residentBytes
        self.repairs = repairs
    }
}
