internal import AIUSystem
package import AIUWire
internal import Glibc

/// What could not be done with the facts that a VM keeps, and why.
package struct FactError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case notFound(Int)
        case tooMany(Int)
        case tooLong(Int)
        case empty
        /// No number is left for another fact.
        case usedUp
        /// The file is longer than is read, which nothing here makes it.
        case fileTooLong
        case system(String)
    }

    package let attempt: String
    package let reason: Reason

    package init(_ attempt: String, _ reason: Reason) {
        self.attempt = attempt
        self.reason = reason
    }

    init(_ attempt: String, _ error: SystemError) {
        self.init(attempt, error.code == Errno(EFBIG) ? .fileTooLong : .system(error.told))
    }

    /// For who asked.
    package var operationReason: OperationFailure.Reason {
        switch reason {
        case .notFound: .notFound
        case .tooMany, .tooLong, .usedUp, .fileTooLong: .noSpace
        case .empty: .invalid
        case .system: .io
        }
    }

    package var description: String {
        switch reason {
        case .notFound(let number): "cannot \(attempt): there is no fact \(number); `aiu memory ls VM` shows them"
        case .tooMany(let limit):
            "cannot \(attempt): \(limit) facts are remembered already; `aiu memory rm VM NUMBER` makes room"
        case .tooLong(let limit):
            "cannot \(attempt): a fact has at most \(limit) bytes; keep longer texts as files in the workspace"
        case .empty: "cannot \(attempt): a fact has at least one word"
        case .usedUp: "cannot \(attempt): the numbers of facts are used up; `aiu memory clear VM` begins at 1 again"
        case .fileTooLong:
            "cannot \(attempt): the file with the facts is longer than it may be; `aiu memory clear VM` begins a new one"
        case .system(let why): "cannot \(attempt): \(why)"
        }
    }
}
