/// What a supervisor says of itself and cannot find out through its seams.
package struct SupervisorIdentity: Sendable {
    package var processID: Int32
    package var stateDirectory: String
    package var hypervisor: String

    package init(processID: Int32, stateDirectory: String, hypervisor: String) {
        self.processID = processID
        self.stateDirectory = stateDirectory
        self.hypervisor = hypervisor
    }
}
