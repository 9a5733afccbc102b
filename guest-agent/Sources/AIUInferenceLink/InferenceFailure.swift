/// Why the process with the models does not do what it was asked.
package struct InferenceFailure: Error, Codable, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Codable, Sendable {
        /// The request itself is wrong.
        case badRequest
        case noSuchModel
        /// The model's file cannot be used.
        case badModel
        /// The model cannot do this: an encoder writes no text.
        case unfit
        /// The prompt is longer than the model can read.
        case tooLong
        /// The model does not fit the memory.
        case tooLarge
        case badGrammar
        case broken
    }

    package var reason: Reason
    /// One sentence for people.
    package var message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
