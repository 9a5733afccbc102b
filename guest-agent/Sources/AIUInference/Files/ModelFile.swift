internal import AIUInferenceLink
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// A model's file and what is known of it without loading it.
struct ModelFile: Equatable, Sendable {
    /// What a model can do, as its file tells.
    enum Kind: String, Sendable {
        case router, embedding
        /// Writes text.
        case reasoning
    }

    let name: String
    let path: String
    let bytes: Int
    let architecture: String
    let parameters: Int
    let contextLength: Int
    let kind: Kind
    /// What it is for: what the host says of one that it attached, and what it can do otherwise.
    let roles: [String]
    /// The host attached it, and made sure that the VM has the memory for it.
    let isAttached: Bool
    /// Numbers in a key of one attention head, where the file says that.
    let headSize: Int?

    init(_ place: ModelFolders.Place) throws(InferenceFailure) {
        let metadata = try ModelMetadata(path: place.path)
        name = place.name
        path = place.path
        isAttached = place.attached != nil
        do throws(SystemError) {
            // A disk has no size of its own in the file system.
            if let attached = place.attached {
                bytes = Int(attached.bytes)
            } else {
                bytes = Int(try Files.metadata(place.path).st_size)
            }
        } catch {
            throw InferenceFailure(.badModel, "\(error)")
        }
        architecture = metadata.string("general.architecture") ?? ""
        parameters = metadata.parameters
        contextLength = metadata.number("\(architecture).context_length") ?? 0
        headSize = metadata.number("\(architecture).attention.key_length")
        if metadata.has("aiu.router.version") {
            kind = .router
        } else if metadata.has("\(architecture).pooling_type") {
            kind = .embedding
        } else {
            kind = .reasoning
        }
        roles = place.attached?.roles ?? [kind.rawValue]
    }
}
