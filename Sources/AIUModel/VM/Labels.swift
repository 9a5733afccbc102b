/// What a VM's user noted on it, for choosing many VMs at once.
package struct Labels: Equatable, Sendable, Codable {
    package static let most = 32
    package static let rule =
        "1 to 63 of a-z, A-Z, 0-9, '.', '_', '/' and '-' for the key, the same or nothing for the value"

    package private(set) var values: [String: String] = [:]

    package init() {}

    /// A new set with changes made: nil removes a label.
    package func changed(by changes: [String: String?]) throws(Failure) -> Labels {
        var labels = self
        for (key, value) in changes {
            guard Self.isValid(key), !key.isEmpty, value.map(Self.isValid) ?? true else {
                throw Failure(.invalid, "'\(key.prefix(80))=\((value ?? "").prefix(80))' is not a label: \(Self.rule)")
            }
            labels.values[key] = value
        }
        guard labels.values.count <= Self.most else {
            throw Failure(.invalid, "a VM has at most \(Self.most) labels")
        }
        return labels
    }

    /// True when every label of the selector is here.
    package func match(_ selector: [String: String]) -> Bool { selector.allSatisfy { values[$0.key] == $0.value } }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.singleValueContainer().decode([String: String].self)
        do {
            self = try Labels().changed(by: values)
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: error.message))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }

    private static func isValid(_ text: String) -> Bool {
        text.utf8.count <= 63
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
