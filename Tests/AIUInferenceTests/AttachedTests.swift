import AIUInference
import AIUInferenceLink
import AIUJSON
import AIUSystem
import AIUWire
import Glibc
import Testing

/// Models that the host attached: listed with what the host says of them, and found by their roles.
struct AttachedTests {
    private func withModels(_ body: (borrowing InferenceClient) throws -> Void) throws {
        let folder = "/tmp/models-attached-\(getpid())"
        try Files.makeFolder(folder)
        defer { try? Files.removeTree(folder) }  // Nothing depends on it.
        let writer = try Files.read("\(Fixture.folder)/tiny-writer.gguf")
        // A disk is longer than the file on it.
        try Files.replace("\(folder)/poet.gguf", with: writer + [UInt8](repeating: 0, count: 512 - writer.count % 512))
        try Files.replace("\(folder)/other.gguf", with: try Files.read("\(Fixture.folder)/tiny-router.gguf"))
        let list = [
            AttachedModel(name: "poet", digest: "aa", bytes: Int64(writer.count), roles: ["creative", "reasoning"]),
            AttachedModel(name: "other", digest: "bb", bytes: 60_160, roles: ["router"]),
            AttachedModel(name: "tiny-router", digest: "cc", bytes: 5, roles: ["analysis"]),
            AttachedModel(name: "absent", digest: "dd", bytes: 5, roles: ["analysis"]),
        ]
        try Files.replace("\(folder)/models.json", with: try JSONText.encode(list))
        let folders = ModelFolders([Fixture.folder], list: "\(folder)/models.json")
        // Less memory than any of them would get otherwise.
        let server = InferenceServer(try Engine(folders: folders, memoryLimit: 1 << 20))
        try body(try Fixture.client(server))
    }

    @Test func `are listed with their roles, and used without a name`() throws {
        try withModels { client in
            let models = try client.models()
            #expect(models.map(\.name) == ["tiny-embedding", "tiny-router", "tiny-writer", "poet", "other"])
            #expect(models.suffix(2).map(\.roles) == [["creative", "reasoning"], ["router"]])
            #expect(models.map(\.kind) == ["embedding", "router", "reasoning", "reasoning", "router"])
            let (text, report) = try Fixture.write(client, GenerateRequest(text: "a", maxTokens: 4))
            #expect(report.model == "poet" && !text.isEmpty)
            #expect(try client.route(words: [RouterWord("add")]).tokens > 0)
            #expect(try client.models().filter(\.loaded).map(\.name) == ["other"])
        }
    }
}
