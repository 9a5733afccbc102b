/// The way from the root of a value to a place in it, shown as `tools[2].name`.
package struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    /// One step down.
    package enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    package static let root = JSONPath()

    package var isRoot: Bool { steps.isEmpty }

    package func appending(_ step: Step) -> JSONPath { JSONPath(steps + [step]) }

    package func appending(_ name: String) -> JSONPath { appending(.member(name)) }

    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .element(let index):
                text += "[\(index)]"
            case .member(let name) where Self.isPlain(name):
                text += text.isEmpty ? name : ".\(name)"
            case .member(let name):
                text += "[\(Excerpt.quoted(name))]"
            }
        }
        return text
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= Excerpt.maxLength
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
                default: false
                }
            }
    }
}

extension JSONPath {
    init(_ keys: [any CodingKey]) {
        self.init(keys.map { key in key.intValue.map { .element($0) } ?? .member(key.stringValue) })
    }

    var codingKeys: [any CodingKey] {
        steps.map { step in
            switch step {
            case .member(let name): JSONKey(name)
            case .element(let index): JSONKey(index: index)
            }
        }
    }
}
