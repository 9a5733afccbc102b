package import AIUModel
package import AIUSystem

/// Why the API cannot be offered.
package enum APIError: Error, Equatable, Sendable, CustomStringConvertible {
    case system(SystemError)
    case library(path: String)
    /// What was configured cannot be served.
    case refused(Failure)

    package var description: String {
        switch self {
        case .system(let error): "cannot offer the API: \(error)"
        case .refused(let failure): "cannot offer the API: \(failure)"
        case .library(let path): "cannot offer the API at \(path): libmicrohttpd refused to start; is memory left?"
        }
    }
}
