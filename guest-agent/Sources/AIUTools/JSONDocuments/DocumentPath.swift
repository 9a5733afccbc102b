/// Which part of a document a person means: `server.port`, `users[0].name`, `$.a[*].b`, `/a/b/0`, `email of the first user`.
struct DocumentPath: Equatable, Sendable {
    /// One step down.
    enum Step: Equatable, Sendable {
        case name(String)
        /// From the end when negative.
        case index(Int)
        case all
        /// At any depth.
        case anywhere(String)
    }

    var steps: [Step]

    private static let ordinals: [String: Int] = [
        "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "erste": 0, "ersten": 0, "erster": 0,
        "zweite": 1, "zweiten": 1, "letzte": -1, "letzten": -1, "premier": 0, "premiere": 0, "deuxieme": 1,
        "dernier": -1, "derniere": -1, "primer": 0, "primero": 0, "primera": 0, "segundo": 1, "segunda": 1,
        "ultimo": -1, "ultima": -1, "every": .max, "all": .max, "each": .max,
    ]

    init(_ text: String) {
        var text = text.unquoted
        for filler in ["the ", "field ", "key ", "property ", "value of "] where text.lowercased().hasPrefix(filler) {
            text = String(text.dropFirst(filler.count))
        }
        if text.hasPrefix("/"), !text.contains(" ") {
            steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
                let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
                return Int(name).map { .index($0) } ?? .name(name)
            }
        } else if text.contains(" "), !text.contains("["), !text.contains(".") {
            steps = Self.spoken(text)
        } else {
            steps = Self.dotted(text)
        }
    }

    /// `email of the first user`, `first user's email`
    private static func spoken(_ text: String) -> [Step] {
        var parts = [text]
        for word in [" of ", " in ", " under ", " von ", " de ", " di ", " van "] where text.contains(word) {
            parts = text.split(separator: word).reversed().map(String.init)
            break
        }
        parts = parts.flatMap { $0.replacing("’s ", with: "'s ").split(separator: "'s ").map(String.init) }
        return parts.flatMap { part -> [Step] in
            var words = part.split(separator: " ").map(String.init)
            if let first = words.first, ["the", "der", "die", "das", "la", "le", "el"].contains(first.lowercased()) {
                words.removeFirst()
            }
            guard words.count > 1, let first = words.first, let place = ordinals[Folding.fold(first)] else {
                return [.name(words.joined(separator: " "))]
            }
            let name = Step.name(words.dropFirst().joined(separator: " "))
            return [name, place == .max ? .all : .index(place)]
        }
    }

    private static func dotted(_ text: String) -> [Step] {
        var steps: [Step] = []
        var name = ""
        var rest = text[...]
        if rest.first == "$" { rest.removeFirst() }
        func flush() {
            if !name.isEmpty {
                steps.append(name == "*" ? .all : Int(name).map { .index($0) } ?? .name(name))
            }
            name = ""
        }
        while let character = rest.popFirst() {
            switch character {
            case ".":
                flush()
                if rest.first == "." {
                    rest.removeFirst()
                    let word = rest.prefix { $0 != "." && $0 != "[" }
                    rest.removeFirst(word.count)
                    if !word.isEmpty { steps.append(.anywhere(String(word))) }
                }
            case "[":
                flush()
                let inner = rest.prefix { $0 != "]" }
                rest.removeFirst(min(rest.count, inner.count + 1))
                let key = String(inner).trimmed
                if key.isEmpty || key == "*" {
                    steps.append(.all)
                } else if let index = Int(key) {
                    steps.append(.index(index))
                } else {
                    steps.append(.name(key.unquoted))
                }
            case "\"":
                let inner = rest.prefix { $0 != "\"" }
                rest.removeFirst(min(rest.count, inner.count + 1))
                name += inner
            default: name.append(character)
            }
        }
        flush()
        return steps
    }
}
