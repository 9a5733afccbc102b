internal import AIUJSON
internal import AIUWire

/// Finds parts of a document by loose names.
struct DocumentSearch {
    private static let mostResults = 200_000

    /// The way to a part, exactly.
    typealias Place = JSONPath

    let document: JSON
    /// For messages.
    let name: String

    /// All parts that are meant; at least one.
    func find(_ text: String?) throws(ToolReply.Failure) -> [Place] {
        guard let text, !text.unquoted.isEmpty else { return [.root] }
        let typed = text.unquoted
        if [".", "$", "root", "/", "everything", "all", "top level", "top-level"].contains(typed.lowercased()) {
            return [.root]
        }
        // A name may have points or blanks in it.
        if let key = key(typed, in: document, exact: true) { return [JSONPath([.member(key)])] }
        let path = DocumentPath(typed)
        let direct = follow(path.steps[...], from: .root, document)
        if !direct.isEmpty { return direct }
        // One name alone is looked for everywhere.
        if case .name(let name)? = path.steps.first {
            let anywhere = follow([.anywhere(name)] + path.steps.dropFirst(), from: .root, document)
            if !anywhere.isEmpty { return anywhere }
        }
        throw absent(typed)
    }

    func value(at place: Place) -> JSON {
        place.steps.reduce(document) { value, step in
            switch step {
            case .member(let name): value[name] ?? .null
            case .element(let index): value[index] ?? .null
            }
        }
    }

    private func follow(_ steps: ArraySlice<DocumentPath.Step>, from place: Place, _ value: JSON) -> [Place] {
        guard let step = steps.first else { return [place] }
        let rest = steps.dropFirst()
        switch step {
        case .name(let name):
            if let key = key(name, in: value, exact: false), let child = value[key] {
                return follow(rest, from: place.appending(key), child)
            }
            guard let elements = value.arrayValue, let first = elements.first, first.membersValue != nil else {
                return []
            }
            return each(elements, place) { follow(steps, from: $0, $1) }
        case .index(let index):
            if let elements = value.arrayValue {
                let position = index < 0 ? elements.count + index : index
                guard elements.indices.contains(position) else { return [] }
                return follow(rest, from: place.appending(.element(position)), elements[position])
            }
            // Names of members may be numbers.
            guard let child = value["\(index)"] else { return [] }
            return follow(rest, from: place.appending("\(index)"), child)
        case .all:
            if let elements = value.arrayValue { return each(elements, place) { follow(rest, from: $0, $1) } }
            return (value.membersValue ?? []).flatMap { follow(rest, from: place.appending($0.name), $0.value) }
        case .anywhere(let name):
            var found: [Place] = []
            search(name, value, place, rest, &found)
            return found
        }
    }

    private func each(_ elements: [JSON], _ place: Place, _ body: (Place, JSON) -> [Place]) -> [Place] {
        var found: [Place] = []
        for (index, element) in elements.enumerated() where found.count < Self.mostResults {
            found += body(place.appending(.element(index)), element)
        }
        return found
    }

    private func search(
        _ name: String, _ value: JSON, _ place: Place, _ rest: ArraySlice<DocumentPath.Step>, _ found: inout [Place]
    ) {
        guard found.count < Self.mostResults else { return }
        let wanted = Folding.words(name).joined()
        for member in value.membersValue ?? [] {
            let next = place.appending(member.name)
            if member.name == name || Folding.words(member.name).joined() == wanted {
                found += follow(rest, from: next, member.value)
            } else {
                search(name, member.value, next, rest, &found)
            }
        }
        for (index, element) in (value.arrayValue ?? []).enumerated() {
            search(name, element, place.appending(.element(index)), rest, &found)
        }
    }

    /// The member that a name means.
    private func key(_ name: String, in value: JSON, exact: Bool) -> String? {
        guard let members = value.membersValue else { return nil }
        if members.contains(where: { $0.name == name }) { return name }
        if exact { return nil }
        let wanted = Folding.words(name).joined()
        guard !wanted.isEmpty else { return nil }
        if let same = members.first(where: { Folding.words($0.name).joined() == wanted }) { return same.name }
        let alike = members.filter { ColumnChoice.stem(Folding.words($0.name).joined()) == ColumnChoice.stem(wanted) }
        return alike.count == 1 ? alike[0].name : nil
    }

    func absent(_ text: String) -> ToolReply.Failure {
        var names = document.membersValue?.map(\.name) ?? []
        if names.isEmpty, let first = document.arrayValue?.first { names = first.membersValue?.map(\.name) ?? [] }
        let hint: String =
            if let near = NearestName.find(text, in: names) {
                "; did you mean '\(near)'?"
            } else {
                names.isEmpty ? "." : "; its fields are \(ColumnChoice.list(names))."
            }
        return ToolReply.Failure(.notFound, "\(name) has no '\(text.prefix(80))'\(hint)")
    }
}
