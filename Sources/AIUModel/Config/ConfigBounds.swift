/// Every limit of `aiu_config.json`, in one place; `config/schemas/aiu_config.schema.json` says the same.
package enum ConfigBounds {
    /// The guest's copy is a file of fixed size, padded with spaces.
    package static let documentBytes = 32 * 1024
    /// What may be read to get there: people indent and repeat themselves.
    package static let inputBytes = 256 * 1024
    package static let inputDepth = 16
    package static let reportedProblems = 20

    package static let ram = ByteCount.mebibytes(64)...ByteCount.gibibytes(1024)
    package static let cpuCores = 1...64
    /// The least is what a formatted disk with its journal needs; the most is where ext4 ends on most hosts.
    package static let storage = ByteCount.mebibytes(256)...ByteCount.gibibytes(16 * 1024 - 1)

    package static let tokens = 1...1_000_000_000
    package static let domains = 256
    package static let domainLength = 253
    package static let labelLength = 63
    package static let locationLength = 128
    package static let timezoneLength = 64
    package static let languages = 16
    package static let languageLength = 35
    package static let proxyLength = 256
}
