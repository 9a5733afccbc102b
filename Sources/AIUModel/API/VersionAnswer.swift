/// Which supervisor answers.
package struct VersionAnswer: Equatable, Sendable, Codable {
    package var version: String
    package var apiVersion: Int

    package init(version: String = APIVersion.product, apiVersion: Int = APIVersion.current) {
        self.version = version
        self.apiVersion = apiVersion
    }
}
