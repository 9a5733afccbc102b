import AIUInference
import AIUInferenceLink
import AIUJSON
import AIUSystem
import Testing

/// The small models that lie beside the tests, and a process's worth of engine for them.
enum Fixture {
    static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures"

    /// What the numbers in Python say.
    struct Expected: Decodable {
        let vector: [Float]
        let wordSteps: Int
        let scores: [String: [[Float]]]
    }

    static func expected() throws -> Expected {
        try JSONText.decode(Expected.self, from: try Files.read("\(folder)/expected.json"))
    }

    static func server(_ folders: [String] = [folder], memoryLimit: Int = 256 << 20) throws -> InferenceServer {
        InferenceServer(try Engine(folders: ModelFolders(folders), memoryLimit: memoryLimit))
    }

    /// A connection to a server, as a program in a VM has it.
    static func client(_ server: InferenceServer) throws -> InferenceClient { InferenceClient(try connect(server)) }

    static func connect(_ server: InferenceServer) throws -> FileDescriptor {
        let (first, second) = try UnixSocket.pair().take()
        server.start(FileDescriptor(owning: second))
        return FileDescriptor(owning: first)
    }

    /// Asks for text and collects it.
    static func write(
        _ client: borrowing InferenceClient, _ request: GenerateRequest, pieces: Int = .max
    ) throws -> (text: String, report: GenerationReport) {
        var text = ""
        var count = 0
        let report = try client.generate(request) { piece in
            text += piece
            count += 1
            return count < pieces
        }
        return (text, report)
    }

    static func reason(_ body: () throws -> Void) -> InferenceFailure.Reason? {
        do {
            try body()
            return nil
        } catch let error as InferenceError {
            guard case .refused(let failure) = error else { return nil }
            return failure.reason
        } catch {
            return nil
        }
    }
}
