/// An installed image of a flavour, its digests checked.
package struct BaseImage: Equatable, Sendable, Codable {
    package var flavour: String
    /// First 16 hex digits of the SHA-256 of its manifest: the name of its folder.
    package var digest: String
    package var kernelPath: String
    package var rootPath: String
    package var kernelDigest: String

    package init(flavour: String, digest: String, kernelPath: String, rootPath: String, kernelDigest: String) {
        self.flavour = flavour
        self.digest = digest
        self.kernelPath = kernelPath
        self.rootPath = rootPath
        self.kernelDigest = kernelDigest
    }
}
