import AIUModel
import AIUModels
import Testing

@Suite("what a model says of itself")
struct ModelSummaryTests {
    private func summary(_ change: (inout GGUFWriter) -> Void = { _ in }) throws -> ModelSummary {
        var writer = GGUFWriter.small
        change(&writer)
        return try ModelSummary(try header(of: writer.header))
    }

    @Test("is found in its header")
    func small() throws {
        #expect(
            try summary()
                == ModelSummary(
                    architecture: "llama", name: "Small test", licence: "apache-2.0", parameters: 256 + 64 + 8192,
                    quantisation: "Q4_0",
                    types: ["Q4_0": ByteCount(bytes: (256 + 8192) / 32 * 18), "F32": ByteCount(bytes: 256)],
                    weights: ByteCount(bytes: (256 + 8192) / 32 * 18 + 256), tensors: 3, contextLength: 512,
                    embeddingLength: 64, feedForwardLength: 128, layers: 2, heads: 4, keyValueHeads: 2,
                    // 2 layers, 2 heads of 16 numbers each, for keys and for values
                    cacheWidth: 128, vocabularySize: 4, tokenizer: "llama", hasChatTemplate: true))
    }

    @Test("may be different from layer to layer, have heads of its own size, or no cache")
    func cache() throws {
        #expect(try summary { $0["llama.attention.head_count_kv"] = nil }.cacheWidth == 256)
        #expect(
            try summary { $0["llama.attention.head_count_kv"] = .list(.int32, [.i32(4), .i32(0)]) }.cacheWidth == 128)
        #expect(
            try summary {
                $0["llama.attention.key_length"] = .u32(32)
                $0["llama.attention.value_length"] = .u32(8)
            }.cacheWidth == 2 * 2 * 40)
        #expect(try summary { $0["llama.attention.causal"] = .bool(0) }.cacheWidth == 0)
        #expect(try summary { $0["llama.attention.head_count"] = nil }.cacheWidth == 0)
        #expect(try summary { $0["general.architecture"] = .text("bert") }.contextLength == nil)
    }

    private static let wrong: [(String, @Sendable (inout GGUFWriter) -> Void)] = [
        ("does not say its architecture", { $0["general.architecture"] = nil }),
        ("does not say its architecture", { $0["general.architecture"] = .u32(1) }),
        ("'lama' is not supported", { $0["general.architecture"] = .text("lama") }),
        ("'clip' is not supported", { $0["general.architecture"] = .text("clip") }),  // a part of a model
        ("(adapter)", { $0["general.type"] = .text("adapter") }),
        ("one part of 3", { $0["split.count"] = .u16(3) }), ("no weights", { $0.tensors = [] }),
        ("context_length' is", { $0["llama.context_length"] = .u64(.max) }),
        ("not a number", { $0["llama.block_count"] = .text("two") }),
        ("not a number", { $0["llama.embedding_length"] = .i32(-1) }),
        ("not a number", { $0["llama.attention.head_count_kv"] = .list(.int32, [.i32(-4)]) }),
    ]

    @Test("that cannot be used is refused with the reason", arguments: wrong.indices)
    func refused(index: Int) throws {
        let error = #expect(throws: GGUFError.self) { try summary(Self.wrong[index].1) }
        #expect(error?.description.contains(Self.wrong[index].0) == true, "\(String(describing: error))")
    }

    @Test("is one bounded line, whatever the file says")
    func hostileText() throws {
        let read = try summary { $0["general.name"] = .text("a\u{1B}[31m\n" + String(repeating: "x", count: 4000)) }
        #expect(read.name?.unicodeScalars.count == 256)
        #expect(read.name?.unicodeScalars.contains { $0.value < 32 } == false)
    }
}

@Suite("the memory that a model needs")
struct ModelEstimateTests {
    private let name: ModelName

    init() throws { name = try #require(ModelName("m")) }

    /// The shape of a well-known model of 8 thousand million parameters, of which llama.cpp says: cache 512 MiB with
    /// 4096 tokens, compute buffer 258.5 MiB.
    private let large = ModelSummary(
        architecture: "llama", parameters: 8_030_000_000, quantisation: "Q4_K", types: [:],
        weights: ByteCount(bytes: 4_912_898_304), tensors: 291, contextLength: 131072, embeddingLength: 4096,
        feedForwardLength: 14336, layers: 32, heads: 32, keyValueHeads: 8, cacheWidth: 32 * 8 * 256,
        vocabularySize: 128256)

    @Test("is weights, cache and computing, as the engine reports them")
    func formula() throws {
        let estimate = try ModelEstimate(of: name, large)
        #expect(estimate.contextLength == 4096)
        #expect(estimate.cache == .mebibytes(512))
        #expect(estimate.compute.bytes == 512 * 4 * (128256 + 4096) + 16 << 20)
        #expect(estimate.total.bytes == estimate.weights.bytes + estimate.cache.bytes + estimate.compute.bytes)
        #expect(estimate.problem == nil && estimate.memory == nil)
    }

    @Test("fits or does not, and says what would help")
    func fits() throws {
        #expect(try ModelEstimate(of: name, large, memory: .gibibytes(6)).problem == nil)
        let tight = try ModelEstimate(of: name, large, memory: .gibibytes(5))
        #expect(tight.problem?.contains("'m' needs about") == true && tight.problem?.contains("5120 MB") == true)
        let most = try ModelEstimate(of: name, large, contextLength: 131072, memory: .gibibytes(6))
        #expect(most.problem?.contains("131072 tokens") == true)
        #expect(throws: Failure.self) { try ModelEstimate(of: name, large, contextLength: 131073) }
    }

    @Test("of numbers that cannot be is large, not wrong")
    func hostile() throws {
        var summary = large
        summary.contextLength = nil
        summary.cacheWidth = .max
        summary.embeddingLength = 1 << 31
        summary.feedForwardLength = 1 << 31
        summary.vocabularySize = 1 << 31
        let estimate = try ModelEstimate(of: name, summary, contextLength: 1 << 31, memory: .gibibytes(1 << 20))
        #expect(estimate.total.bytes == 9_007_199_254_740_991 && estimate.problem != nil)
    }
}
