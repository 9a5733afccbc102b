package import AIUJSON

/// A tool as `tools.json` describes it.
package struct ToolContract: Decodable, Equatable, Sendable {
    /// What one call may use.
    package struct Limits: Decodable, Equatable, Sendable {
        package var seconds: Int
        package var megabytes: Int

        package init(seconds: Int, megabytes: Int) {
            self.seconds = seconds
            self.megabytes = megabytes
        }
    }

    package static let usualLimits = Limits(seconds: 120, megabytes: 384)

    package var name: String
    package var area: String
    package var flavour: String
    package var sensitive: Bool
    package var description: String
    package var arguments: JSON
    package var limits: Limits?
    package var examples: [String]?
    /// Operations that ask the person although the tool as such does not.
    package var sensitiveOperations: [String]?

    enum CodingKeys: String, CodingKey {
        case name, area, flavour, sensitive, description, arguments, limits, examples
        case sensitiveOperations = "sensitive_operations"
    }

    /// The names of the arguments.
    package var argumentNames: [String] { arguments["properties"]?.membersValue?.map(\.name) ?? [] }

    /// A call with these arguments asks the person first.
    package func isSensitive(_ arguments: JSON) -> Bool {
        if sensitive { return true }
        guard let operation = arguments["operation"]?.stringValue else { return false }
        return sensitiveOperations?.contains(operation) ?? false
    }
}
