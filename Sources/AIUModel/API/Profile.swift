/// A preset that a user made: a part of an `aiu_config.json` under a name.
package struct Profile: Equatable, Sendable, Codable {
    package var name: ProfileName
    /// The text of a (partial) `aiu_config.json`.
    package var configuration: String

    package init(name: ProfileName, configuration: String) {
        self.name = name
        self.configuration = configuration
    }
}
