package import AIUJSON

/// Changes one value of a policy document and leaves everything else as it stands, comments too.
package enum PolicyEdit {
    /// `nil` removes the value. Objects on the way are made where they are missing.
    package static func set(_ value: JSON?, at path: JSONPath, in text: String) throws(Failure) -> String {
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: text)
        } catch {
            throw Failure(.invalid, "the policy cannot be read: \(error)")
        }
        return String(decoding: setting(value, path.steps[...], in: document).bytes(pretty: true), as: UTF8.self) + "\n"
    }

    private static func setting(_ value: JSON?, _ steps: ArraySlice<JSONPath.Step>, in json: JSON) -> JSON {
        guard let step = steps.first else { return value ?? .null }
        let rest = steps.dropFirst()
        var json = json
        switch step {
        case .member(let name):
            json[name] = rest.isEmpty ? value : setting(value, rest, in: json[name] ?? .emptyObject)
        case .element(let index):
            var elements = json.arrayValue ?? []
            if elements.indices.contains(index) {
                if rest.isEmpty, value == nil {
                    elements.remove(at: index)
                } else {
                    elements[index] = setting(value, rest, in: elements[index])
                }
            } else if value != nil {
                elements.append(setting(value, rest, in: .emptyObject))
            }
            json = .array(elements)
        }
        return json
    }
}
