/// How much memory a model needs at a length of context, and whether that fits. `docs/design/models.md` has the formula.
package struct ModelEstimate: Equatable, Sendable, Codable {
    package var model: ModelName
    package var contextLength: Int
    package var weights: ByteCount
    package var cache: ByteCount
    package var compute: ByteCount
    package var total: ByteCount
    /// The VM's memory that was asked about, and what the guest itself needs of it.
    package var memory: ByteCount?
    package var guest: ByteCount?
    /// Why it does not fit.
    package var problem: String?

    /// What is assumed when nobody says how much context is wanted.
    package static let usualContext = 4096
    /// Kernel, agent and file cache of a guest that does nothing.
    package static let guestNeeds = ByteCount.mebibytes(64)
    /// The engine's program and its small tables.
    private static let engineNeeds = ByteCount.mebibytes(16)
    /// As many tokens of a prompt are computed at once.
    private static let batch: UInt64 = 512
    /// JSON readers of any language keep this exactly.
    private static let largest: UInt64 = 9_007_199_254_740_991

    package init(
        of model: ModelName, _ summary: ModelSummary, contextLength wanted: Int? = nil, memory: ByteCount? = nil
    ) throws(Failure) {
        let usual = min(summary.contextLength ?? Self.usualContext, Self.usualContext)
        let context = wanted ?? max(usual, 1)
        if let wanted, let longest = summary.contextLength, wanted > longest {
            throw Failure(.invalid, "'\(model)' was made for at most \(longest) tokens of context, not for \(wanted)")
        }
        let tokens = UInt64(max(context, 1))
        // Two bytes for each number of the cache.
        let cache = Self.product(tokens, summary.cacheWidth, 2)
        let embedding = UInt64(summary.embeddingLength ?? 0)
        let output = Self.sum(UInt64(summary.vocabularySize ?? 0), embedding)
        let layer = Self.sum(
            Self.product(4, embedding), Self.product(3, UInt64(summary.feedForwardLength ?? 0)))
        let compute = Self.sum(
            Self.product(min(Self.batch, tokens), max(output, layer), 4), Self.engineNeeds.bytes)
        self.model = model
        self.contextLength = context
        self.weights = summary.weights
        self.cache = ByteCount(bytes: cache)
        self.compute = ByteCount(bytes: compute)
        total = ByteCount(bytes: Self.sum(summary.weights.bytes, cache, compute))
        guard let memory else { return }
        self.memory = memory
        guest = Self.guestNeeds
        let needed = Self.sum(total.bytes, Self.guestNeeds.bytes)
        guard needed > memory.bytes else { return }
        problem = """
            '\(model)' needs about \(Self.mebibytes(needed)) with \(context) tokens of context, and \
            \(Self.mebibytes(memory.bytes)) is all there is; give the VM more memory, or take less context or a \
            smaller model
            """
    }

    private static func mebibytes(_ bytes: UInt64) -> String { "\((bytes >> 20) + (bytes & 0xfffff == 0 ? 0 : 1)) MB" }

    /// Numbers from a hostile header meet here: what is too large stays the largest.
    private static func product(_ factors: UInt64...) -> UInt64 {
        factors.reduce(1) { product, factor in
            let (result, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? largest : min(result, largest)
        }
    }

    private static func sum(_ terms: UInt64...) -> UInt64 {
        terms.reduce(0) { sum, term in
            let (result, overflow) = sum.addingReportingOverflow(term)
            return overflow ? largest : min(result, largest)
        }
    }
}
