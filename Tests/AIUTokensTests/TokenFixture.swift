import AIUModel
import AIUSystem
import AIUTokens
import Glibc

/// Where the tests find the program, and vocabularies of three kinds.
enum TokenFixture {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    /// Word pieces.
    static let router = file("aiu-router", "model/aiu-router.gguf")
    /// SentencePiece, which puts a space before every text.
    static let writer = file("tiny-writer", "Tests/AIUInferenceTests/Fixtures/tiny-writer.gguf")

    static func counter(_ settings: TokenCounter.Settings = .init()) throws -> TokenCounter {
        try TokenCounter(program: program, settings: settings)
    }

    /// It lies beside the tests, unless these run under a sanitizer, whose memory does not fit into its limit.
    private static let program: String = {
        if let folder = unsafe getenv("AIU_ENGINES") { return unsafe String(cString: folder) + "/aiu-tokens" }
        let own = CommandLine.arguments.first ?? ""
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return "\(folder)/aiu-tokens"
    }()

    /// Byte pairs: letters of their own, and a few that were merged.
    static func withPairs<Result>(_ body: (VocabularyFile) async throws -> Result) async throws -> Result {
        try await withFile(BytePairModel.bytes, body)
    }

    static func withFile<Result>(
        _ bytes: [UInt8], _ body: (VocabularyFile) async throws -> Result
    ) async throws -> Result {
        let path = "/tmp/aiu-tokens-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).gguf"
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
        try file.writeAll(bytes)
        defer { unsafe unlink(path) }
        return try await body(VocabularyFile(name: "made", digest: path, path: path))
    }

    private static func file(_ name: String, _ path: String) -> VocabularyFile {
        VocabularyFile(name: name, digest: name, path: "\(root)/\(path)")
    }
}
