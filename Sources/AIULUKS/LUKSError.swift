package import AIUSystem

/// Why an encrypted disk cannot be used.
package enum LUKSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is not as `LUKSVolume.make` makes them.
    case foreign(String)
    case wrongKey
    case system(SystemError)

    package var description: String {
        switch self {
        case .foreign(let what): "the head of the encrypted disk is damaged: \(what)"
        case .wrongKey: "its key does not open the encrypted disk"
        case .system(let error): error.description
        }
    }
}
