package import AIUModel
package import AIUSystem
package import AIUWire

/// Why the supervisor could not be asked, or what it answered instead.
package enum ClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The supervisor understood and refused.
    case refused(Failure)
    /// Nobody listens on its socket.
    case notRunning(socket: String)
    /// The supervisor belongs to another version of the product.
    case otherVersion(theirs: String?)
    /// What it sent is not what it should send.
    case malformed(request: String, reason: String)
    /// There is no safe way to a supervisor on another machine.
    case unreachable(String)
    case connectionLost(request: String, reason: String)
    case timedOut(request: String, limit: Duration)
    /// The supervisor could not be started; with the end of its log.
    case startFailed(reason: String, log: [String])
    /// A path or a setting of this program's own surroundings.
    case surroundings(String)
    case denied(String)
    case system(SystemError)
    case interrupted(signal: Int32)
    /// Whoever read this program's output has gone.
    case outputClosed
    /// The agent in the VM refused an operation.
    case refusedInVM(OperationFailure)

    package var description: String {
        switch self {
        case .refused(let failure): failure.message
        case .notRunning(let socket): "aiud is not running (nobody answers at \(socket)); `aiu system start` starts it"
        case .otherVersion(let theirs):
            "this aiu speaks version \(APIVersion.current) of the interface, the running aiud "
                + (theirs.map { "speaks version \($0)" } ?? "does not say which")
                + "; run `aiu system stop`, then try again (VMs go on running)"
        case .malformed(let request, let reason): "aiud answered \(request) with something wrong: \(reason)"
        case .connectionLost(let request, let reason): "the connection to aiud broke during \(request): \(reason)"
        case .timedOut(let request, let limit):
            "\(request) did not finish within \(Self.words(limit)); a longer --timeout may help"
        case .startFailed(let reason, let log):
            log.isEmpty ? reason : "\(reason); its last words:\n" + log.map { "  \($0)" }.joined(separator: "\n")
        case .surroundings(let message), .denied(let message), .unreachable(let message): message
        case .system(let error): error.description
        case .interrupted: "interrupted"
        case .outputClosed: "nobody reads the output any more"
        case .refusedInVM(let failure): failure.message
        }
    }

    private static func words(_ duration: Duration) -> String {
        let milliseconds = Int64(duration / .milliseconds(1))
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
