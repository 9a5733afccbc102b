/// What a profile shall hold; its name stands in the path.
package struct SetProfile: Equatable, Sendable, Codable {
    /// The text of a (partial) `aiu_config.json`.
    package var configuration: String

    package init(configuration: String) { self.configuration = configuration }
}
