internal import AIUClient
package import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUTransfer
internal import AIUWire

/// Why a command did not do what it should: a sentence, and how the program ends.
package struct Problem: Error, Equatable, Sendable {
    package let message: String
    package let status: Int32

    package init(_ exit: ExitCode, _ message: String) {
        self.message = message
        status = exit.rawValue
    }

    fileprivate init(status: Int32, _ message: String) {
        self.message = message
        self.status = status
    }

    /// From whatever a verb threw. Verbs throw several modules' errors, and this is their only reader.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as UsageError: self.init(error.exitCode, error.description)
        case let error as ClientError: self.init(error)
        case let error as FileArgument.Refusal: self.init(Self.code(error.reason), error.description)
        case let error as TransferError: self.init(Self.code(error.reason), error.description)
        case let error as SystemError: self.init(Self.code(error), error.description)
        case let error as WireError: self.init(.inputOutput, error.description)
        case _: self.init(.internalError, "\(error)")
        }
    }

    private init(_ error: ClientError) {
        let exit: ExitCode =
            switch error {
            case .refused(let failure): Self.code(failure.reason)
            case .refusedInVM(let failure): Self.code(failure.reason)
            case .notRunning, .otherVersion, .startFailed, .unreachable: .unavailable
            case .malformed: .internalError
            case .connectionLost: .inputOutput
            case .timedOut: .timedOut
            case .surroundings: .usage
            case .denied: .noPermission
            case .system(let error): Self.code(error)
            case .interrupted: .interrupted
            case .outputClosed: .inputOutput
            }
        switch error {
        case .interrupted(let signal): self.init(status: 128 + signal, "interrupted")
        // As for a program that SIGPIPE ended; there is nobody to tell why.
        case .outputClosed: self.init(status: 141, "")
        case _: self.init(exit, error.description)
        }
    }

    private static func code(_ reason: Failure.Reason) -> ExitCode {
        switch reason {
        case .invalid, .damaged: .badData
        case .notFound: .noInput
        case .conflict, .unsupported: .failure
        case .busy: .tryAgain
        case .denied, .unauthenticated: .noPermission
        case .noSpace: .cannotCreate
        case .exhausted: .exhausted
        case .timedOut: .timedOut
        case .unavailable: .unavailable
        case .internalError: .internalError
        }
    }

    private static func code(_ reason: OperationFailure.Reason) -> ExitCode {
        switch reason {
        case .invalid: .badData
        case .notFound: .noInput
        case .notExecutable, .unsupported: .failure
        case .denied: .noPermission
        case .exists, .noSpace: .cannotCreate
        case .exhausted: .exhausted
        case .busy: .tryAgain
        case .io: .inputOutput
        case .unavailable: .unavailable
        case .internalError: .internalError
        }
    }

    private static func code(_ reason: FileArgument.Refusal.Reason) -> ExitCode {
        switch reason {
        case .missing: .noInput
        case .folder, .special, .tooLong, .notText: .badData
        case .denied: .noPermission
        case .other: .inputOutput
        }
    }

    private static func code(_ error: SystemError) -> ExitCode {
        switch error.code {
        case .noSuchFile: .noInput
        case .permissionDenied, .notPermitted: .noPermission
        case .noSpace: .cannotCreate
        case _: .inputOutput
        }
    }

    /// The same problem with the status that starting a command in a VM has for it, as shells do.
    static func ofCommand(_ error: any Error) -> Problem {
        guard case .refusedInVM(let failure) = error as? ClientError else { return Problem(error) }
        let exit: ExitCode =
            switch failure.reason {
            case .notFound: .commandNotFound
            case .notExecutable, .denied: .cannotExecute
            case .invalid, .exists, .noSpace, .busy, .io, .unsupported, .unavailable, .internalError, .exhausted:
                .cannotStart
            }
        return Problem(exit, failure.message)
    }

    /// The same problem where something new was asked for.
    static func ofCreation(_ error: any Error, hasConfiguration: Bool) -> Problem {
        guard case .refused(let failure) = error as? ClientError else { return Problem(error) }
        if failure.reason == .conflict { return Problem(.cannotCreate, failure.message) }
        if failure.reason == .invalid, hasConfiguration { return Problem(.configuration, failure.message) }
        return Problem(error)
    }
}

extension Problem {
    /// The same problem where a configuration was to be changed.
    static func ofConfiguration(_ error: any Error) -> Problem {
        guard case .refused(let failure) = error as? ClientError, failure.reason == .invalid else {
            return Problem(error)
        }
        return Problem(.configuration, failure.message)
    }

    /// A word that cannot be a VM's name.
    static func notName(_ text: String) -> Problem {
        Problem(.badData, "\(Excerpt.quoted(text)) is not a VM name: \(VMName.rule)")
    }

    /// The same problem with one more sentence.
    init(_ problem: Problem, adding sentence: String) {
        self.init(status: problem.status, "\(problem.message)\n\(sentence)")
    }
}
