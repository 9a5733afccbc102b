/// The version of the product and of its HTTP interface.
package enum APIVersion {
    package static let product = "0.1.0"
    /// Raised when an old command line could misunderstand a new supervisor.
    package static let current = 1
    /// Sent with every answer, so that a command line of another version can say so.
    package static let header = "AIU-API-Version"
    /// The protocol that a request upgrades to for an operation in a VM.
    package static let operationUpgrade = "aiu-operation"
    /// The protocol for a VM that comes or goes as one file.
    package static let archiveUpgrade = "aiu-archive"
    /// The protocol for a VM's serial port: its bytes, both ways.
    package static let consoleUpgrade = "aiu-console"
}
