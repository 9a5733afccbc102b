package import AIUModel
package import AIUSystem

/// Something about images or disks that failed: what was attempted, on what, and why.
package struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case system(SystemError)
        case appliance(GuestFSError)
        /// Anything that this module itself decided, with the way out in the text.
        case refused(Failure.Reason, String)
    }

    package let attempt: String
    package let reason: Reason

    package init(_ attempt: String, _ reason: Reason) {
        self.attempt = attempt
        self.reason = reason
    }

    package static func refused(_ attempt: String, _ kind: Failure.Reason, _ why: String) -> ImageError {
        ImageError(attempt, .refused(kind, why))
    }

    /// Runs system calls, naming what they are for.
    package static func attempting<Result: ~Copyable>(
        _ attempt: @autoclosure () -> String, _ body: () throws(SystemError) -> Result
    ) throws(ImageError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw ImageError(attempt(), .system(error))
        }
    }

    package var description: String { failure.message }

    /// What the rest of the program is told.
    package var failure: Failure {
        switch reason {
        case .system(let error): Failure.ofFiles(attempt, errorNumber: error.code.number, explanation: "\(error)")
        case .appliance(let error): Failure(error.kind, "cannot \(attempt): \(error)")
        case .refused(let kind, let why): Failure(kind, "cannot \(attempt): \(why)")
        }
    }
}
