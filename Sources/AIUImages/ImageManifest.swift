/// What an image's `manifest.json` says; keys beyond these are for people.
struct ImageManifest: Equatable, Sendable, Decodable {
    /// One file of the image.
    struct Part: Equatable, Sendable, Decodable {
        let file: String
        let bytes: Int64
        let sha256: String
    }

    static let format = 1
    #if arch(x86_64)
        static let architecture = "x86_64"
    #elseif arch(arm64)
        static let architecture = "aarch64"
    #endif

    let format: Int
    let flavour: String
    let architecture: String
    let kernel: Part
    let root: Part
}
