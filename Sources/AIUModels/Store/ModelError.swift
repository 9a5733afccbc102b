package import AIUModel
package import AIUSystem

/// Something about the files of models that failed: what was attempted, and why.
package struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case header(GGUFError)
        case system(SystemError)
        /// Whoever gave the bytes failed.
        case source(Failure)
        /// Anything that this module itself decided, with the way out in the text.
        case refused(Failure.Reason, String)
    }

    package let attempt: String
    package let reason: Reason

    package init(_ attempt: String, _ reason: Reason) {
        self.attempt = attempt
        self.reason = reason
    }

    /// Runs system calls, naming what they are for.
    static func attempting<Result: ~Copyable>(
        _ attempt: @autoclosure () -> String, _ body: () throws(SystemError) -> Result
    ) throws(ModelError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw ModelError(attempt(), .system(error))
        }
    }

    package var description: String { failure.message }

    /// What the rest of the program is told.
    package var failure: Failure {
        switch reason {
        case .header(let error): error.failure("cannot \(attempt)")
        case .source(let failure): failure
        case .refused(let kind, let why): Failure(kind, "cannot \(attempt): \(why)")
        case .system(let error): Failure.ofFiles(attempt, errorNumber: error.code.number, explanation: "\(error)")
        }
    }
}
