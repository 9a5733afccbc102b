internal import AIUInferenceLink
internal import AIUSystem
internal import Glibc

/// A model's file and what is known of it without loading it.
struct ModelFile: Equatable, Sendable {
    enum Role: String, Sendable {
        case router, embedding, reasoning
    }

    let name: String
    let path: String
    let bytes: Int
    let architecture: String
    let parameters: Int
    let contextLength: Int
    let roles: [Role]
    /// Numbers in a key of one attention head, where the file says that.
    let headSize: Int?

    init(name: String, path: String) throws(InferenceFailure) {
        let metadata = try ModelMetadata(path: path)
        self.name = name
        self.path = path
        do throws(SystemError) {
            bytes = Int(try Files.metadata(path).st_size)
        } catch {
            throw InferenceFailure(.badModel, "\(error)")
        }
        architecture = metadata.string("general.architecture") ?? ""
        parameters = metadata.parameters
        contextLength = metadata.number("\(architecture).context_length") ?? 0
        headSize = metadata.number("\(architecture).attention.key_length")
        if metadata.has("aiu.router.version") {
            roles = [.router]
        } else if metadata.has("\(architecture).pooling_type") {
            roles = [.embedding]
        } else {
            roles = [.reasoning]
        }
    }
}
