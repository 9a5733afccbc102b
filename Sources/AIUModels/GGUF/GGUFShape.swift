/// The numbers that give a model its shape, by the names that they have below its architecture.
struct GGUFShape {
    private let header: GGUFHeader
    private let prefix: String

    init(_ header: GGUFHeader) {
        self.header = header
        prefix = header.metadata["general.architecture"]?.text ?? ""
    }

    func number(_ name: String) throws(GGUFError) -> Int? {
        guard let value = header.metadata["\(prefix).\(name)"] else { return nil }
        guard let count = value.count else { throw wrong(name) }
        return try bounded(count, name)
    }

    /// Of a value that may differ from layer to layer.
    func largest(_ name: String) throws(GGUFError) -> Int? {
        guard let numbers = try perLayer(name) else { return try number(name) }
        return try bounded(numbers.max() ?? 0, name)
    }

    func vocabulary() throws(GGUFError) -> Int? {
        if let words = header.metadata["tokenizer.ggml.tokens"]?.listCount { return try bounded(words, "tokens") }
        return try number("vocab_size")
    }

    /// Numbers that the cache of keys and values holds for each token, over all layers.
    func cacheWidth() throws(GGUFError) -> UInt64 {
        // One that looks both ways sees all of a text at once and keeps nothing.
        guard header.metadata["\(prefix).attention.causal"] != .bool(false), !prefix.contains("bert") else { return 0 }
        let layers = UInt64(try number("block_count") ?? 0)
        let heads = UInt64(try largest("attention.head_count") ?? 0)
        guard layers > 0, heads > 0 else { return 0 }
        let usual = UInt64(try number("embedding_length") ?? 0) / heads
        let key = UInt64(try number("attention.key_length") ?? Int(usual))
        let value = UInt64(try number("attention.value_length") ?? Int(usual))
        let all: UInt64
        if let numbers = try perLayer("attention.head_count_kv") {
            all = numbers.reduce(0) { $0 &+ min($1, GGUFLimits.shape) }
        } else {
            all = layers.multipliedClamped(by: UInt64(try number("attention.head_count_kv") ?? Int(heads)))
        }
        return min(all.multipliedClamped(by: key + value), Self.largestCount)
    }

    /// JSON readers of any language keep this exactly.
    private static let largestCount: UInt64 = 9_007_199_254_740_991

    private func perLayer(_ name: String) throws(GGUFError) -> [UInt64]? {
        guard case .numbers(let numbers) = header.metadata["\(prefix).\(name)"] else { return nil }
        guard numbers.allSatisfy({ $0 >= 0 }) else { throw wrong(name) }
        return numbers.map { UInt64($0) }
    }

    private func bounded(_ count: UInt64, _ name: String) throws(GGUFError) -> Int {
        guard count <= GGUFLimits.shape else {
            throw GGUFError(.excessive("its '\(name)' is \(count)"), at: header.size)
        }
        return Int(count)
    }

    private func wrong(_ name: String) -> GGUFError {
        GGUFError(.malformed("its '\(name)' is not a number that can be"), at: header.size)
    }
}

extension UInt64 {
    fileprivate func multipliedClamped(by factor: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
