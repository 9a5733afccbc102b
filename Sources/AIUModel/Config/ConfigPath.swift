package import AIUJSON

/// The way to one field as people type it: `token_limits.max_per_query`, `custom_parameters.mine.depth`.
package struct ConfigPath: Equatable, Sendable, CustomStringConvertible {
    private static let maxLength = 256

    package let names: [String]

    package init(parsing text: String) throws(Failure) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard text.utf8.count <= Self.maxLength, names.count <= ConfigBounds.inputDepth, !names.contains("") else {
            throw Failure(.invalid, "\(Excerpt.quoted(text)) is no way to a field; write it as `token_limits.rollover`")
        }
        guard Self.leadsSomewhere(names) else {
            let nearest = Self.nearest(to: text, last: names.last ?? "")
            throw Failure(
                .notFound,
                "there is no field \(Excerpt.quoted(text)) in aiu_config.json"
                    + (nearest.map { "; did you mean `\($0)`?" } ?? ""))
        }
        self.names = names
    }

    package var description: String { names.joined(separator: ".") }

    /// The value there, nil when the document leaves it out.
    package func value(in document: JSON) -> JSON? { document.value(at: names) }

    /// A part of a document in which only this field stands.
    package func part(_ value: JSON) -> JSON {
        names.reversed().reduce(value) { inner, name in .object([JSON.Member(name, inner)]) }
    }

    /// All that can be reached: groups, fields, and below the free ones anything.
    private static let known: [String] = ConfigReader.fields.flatMap { group, names in
        names.map { group.isEmpty ? $0 : "\(group).\($0)" }
    }

    private static func leadsSomewhere(_ names: [String]) -> Bool {
        let path = names.joined(separator: ".")
        if known.contains(path) || names.first == "custom_parameters" { return true }
        // Below `per_tool` only tools.
        return names.count == 3 && names.dropLast().joined(separator: ".") == "token_limits.per_tool"
            && ToolName(rawValue: names[2]) != nil
    }

    private static func nearest(to text: String, last: String) -> String? {
        if text.hasPrefix("token_limits.per_tool."),
            let tool = NearestName.find(last, in: ToolName.allCases.map(\.rawValue))
        {
            return "token_limits.per_tool.\(tool)"
        }
        if let whole = NearestName.find(text, in: known) { return whole }
        // The right name in the wrong place, or without its group.
        let ends = known.map { String($0.split(separator: ".").last ?? "") }
        guard let end = NearestName.find(last, in: ends) else { return nil }
        return known.first { $0 == end || $0.hasSuffix(".\(end)") }
    }
}
