internal import AIUCommandLine
internal import AIUModel

/// `key=value` sets a label, `key-` takes it away.
package struct LabelWords: Equatable, Sendable {
    package private(set) var set: [String: String] = [:]
    package private(set) var removed: [String] = []

    /// Whether a word can be no VM's name but a label.
    package static func isLabel(_ word: String) -> Bool { word.contains("=") || word.hasSuffix("-") }

    package init(_ words: [String], mayRemove: Bool = true) throws(Problem) {
        for word in words {
            if let equals = word.firstIndex(of: "=") {
                let (key, value) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
                guard set.updateValue(value, forKey: key) == nil, !removed.contains(key) else {
                    throw Problem(.usage, "the label '\(key)' is given twice")
                }
            } else if mayRemove, word.hasSuffix("-") {
                let key = String(word.dropLast())
                guard set[key] == nil, !removed.contains(key) else {
                    throw Problem(.usage, "the label '\(key)' is given twice")
                }
                removed.append(key)
            } else {
                throw Problem(
                    .usage, "'\(word)' is no label; write KEY=VALUE" + (mayRemove ? ", or KEY- to remove" : ""))
            }
        }
        do throws(Failure) {
            let changes = set.mapValues { Optional($0) }.merging(removed.map { ($0, "") }) { value, _ in value }
            _ = try Labels().changed(by: changes)
        } catch {
            throw Problem(.badData, error.message)
        }
    }
}
