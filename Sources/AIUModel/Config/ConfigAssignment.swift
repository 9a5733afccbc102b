package import AIUJSON

/// One `path=value` of a command line.
package struct ConfigAssignment: Equatable, Sendable {
    package let path: ConfigPath
    package let value: JSON

    /// The value is JSON; what is no JSON is a text, so that `performance_mode=speed` needs no quotes. `null` removes
    /// what may be absent.
    package init(parsing text: String) throws(Failure) {
        guard let sign = text.firstIndex(of: "=") else {
            throw Failure(.invalid, "\(Excerpt.quoted(text)) sets nothing; write PATH=VALUE, such as `location=Berlin`")
        }
        path = try ConfigPath(parsing: String(text[..<sign]))
        let value = String(text[text.index(after: sign)...])
        guard value.utf8.count <= ConfigBounds.inputBytes else {
            throw Failure(.invalid, "the value of `\(path)` is longer than \(ConfigBounds.inputBytes) bytes")
        }
        do throws(JSONError) {
            self.value = try JSON(parsing: value)
        } catch {
            self.value = .string(value)
        }
    }

    /// What assignments change together, as the text of a part of a document. A later one wins.
    package static func changes(_ assignments: [ConfigAssignment]) -> String {
        assignments.reduce(JSON.emptyObject) { merge($1.path.part($1.value), into: $0) }.text()
    }

    private static func merge(_ part: JSON, into base: JSON) -> JSON {
        guard let members = part.membersValue, base.membersValue != nil else { return part }
        return members.reduce(base) { result, member in
            var result = result
            result[member.name] = result[member.name].map { merge(member.value, into: $0) } ?? member.value
            return result
        }
    }
}
