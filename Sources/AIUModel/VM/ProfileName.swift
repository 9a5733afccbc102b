/// The name of a user's profile: as a VM's, and none of the built-in presets'.
package struct ProfileName: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard VMName(text) != nil, Preset(rawValue: text) == nil else { return nil }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = ProfileName(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is not a profile's name: \(VMName.rule), and not a built-in preset"))
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: ProfileName, right: ProfileName) -> Bool { left.text < right.text }
}
