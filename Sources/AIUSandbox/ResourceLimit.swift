internal import Glibc

/// A bound on what the process may use.
package struct ResourceLimit: Equatable, Sendable {
    /// What is limited.
    package enum Resource: Equatable, Sendable, CaseIterable {
        case openFiles, coreFile, fileSize, lockedMemory, processes, addressSpace

        var native: Int32 {
            switch self {
            case .openFiles: Int32(RLIMIT_NOFILE.rawValue)
            case .coreFile: Int32(RLIMIT_CORE.rawValue)
            case .fileSize: Int32(RLIMIT_FSIZE.rawValue)
            case .lockedMemory: Int32(8)
            case .processes: Int32(6)
            case .addressSpace: Int32(RLIMIT_AS.rawValue)
            }
        }
    }

    package let resource: Resource
    package let value: UInt64

    package init(_ resource: Resource, _ value: UInt64) {
        self.resource = resource
        self.value = value
    }
}
