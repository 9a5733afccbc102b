/// A word that is known by its place.
package struct Argument: Sendable {
    /// How many words it takes.
    package enum Arity: Equatable, Sendable {
        case one
        case optional
        /// One or more.
        case many
        /// None or more.
        case any
        /// All that follows, untouched, options included: the command of `exec VM COMMAND…`.
        case passThrough(isRequired: Bool)
    }

    package var name: String
    package var summary: String
    package var arity: Arity
    package var completion: Completion

    package init(
        _ name: String, _ summary: String, _ arity: Arity = .one, completion: Completion = .none
    ) {
        self.name = name
        self.summary = summary
        self.arity = arity
        self.completion = completion
    }

    var isRequired: Bool {
        switch arity {
        case .one, .many, .passThrough(isRequired: true): true
        case .optional, .any, .passThrough(isRequired: false): false
        }
    }

    var isPassThrough: Bool {
        switch arity {
        case .passThrough: true
        case .one, .optional, .many, .any: false
        }
    }

    /// As the usage line shows it.
    var placeholder: String {
        let word = name.uppercased()
        return switch arity {
        case .one: word
        case .optional: "[\(word)]"
        case .many: "\(word)…"
        case .any: "[\(word)…]"
        case .passThrough(let isRequired): isRequired ? "\(word)…" : "[\(word)…]"
        }
    }
}
