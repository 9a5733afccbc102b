package import AIUModel

/// Why a file is not a model that can be used, and where in it that was seen.
package struct GGUFError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case notGGUF
        /// It ends in the middle of this.
        case truncated(String)
        case malformed(String)
        /// More than `GGUFLimits` allows.
        case excessive(String)
        case unsupported(String)
        /// Whoever gives the bytes failed.
        case source(Failure)
    }

    package let reason: Reason
    /// Bytes from the beginning of the file.
    package let offset: UInt64

    package init(_ reason: Reason, at offset: UInt64) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String {
        switch reason {
        case .notGGUF: "it is not a GGUF file: it does not begin with the letters GGUF"
        case .truncated(let part):
            "it ends at byte \(offset), in the middle of \(part); it was not copied or downloaded to its end"
        case .malformed(let why): "at byte \(offset), \(why); the file is damaged or was made wrongly"
        case .excessive(let why): "at byte \(offset), \(why); no real model needs that"
        case .unsupported(let why): why
        case .source(let failure): failure.message
        }
    }

    /// What the rest of the program is told.
    package func failure(_ attempt: String) -> Failure {
        switch reason {
        case .notGGUF, .excessive: Failure(.invalid, "\(attempt): \(self)")
        case .truncated, .malformed: Failure(.damaged, "\(attempt): \(self)")
        case .unsupported: Failure(.unsupported, "\(attempt): \(self)")
        case .source(let failure): failure
        }
    }
}
