internal import AIUSystem

/// What could not be done with the conversations, and why.
package struct ConversationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case notFound(String, nearest: String?)
        case ambiguous(String, [String])
        case tooMany(Int)
        case tooLong(Int)
        case badTitle(String)
        case badDocument(String)
        case system(String)
    }

    package let attempt: String
    package let reason: Reason

    package init(_ attempt: String, _ reason: Reason) {
        self.attempt = attempt
        self.reason = reason
    }

    init(_ attempt: String, _ error: SystemError) {
        self.init(attempt, .system(error.told))
    }

    package var description: String {
        switch reason {
        case .notFound(let name, let nearest):
            "cannot \(attempt): there is no conversation '\(name.prefix(64))'"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "; `aiu conversations ls VM` shows them")
        case .ambiguous(let name, let ids):
            "cannot \(attempt): '\(name.prefix(64))' is the title of several; name one of \(ids.joined(separator: ", "))"
        case .tooMany(let limit): "cannot \(attempt): \(limit) conversations are kept already; erase some"
        case .tooLong(let limit):
            "cannot \(attempt): the conversation would be longer than \(limit >> 20) MiB; begin a new one"
        case .badTitle(let why): "cannot \(attempt): a title \(why)"
        case .badDocument(let why): "cannot \(attempt): this is no exported conversation: \(why)"
        case .system(let why): "cannot \(attempt): \(why)"
        }
    }
}
