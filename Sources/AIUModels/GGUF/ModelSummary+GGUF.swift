package import AIUModel

extension ModelSummary {
    private static let longestText = 256

    /// What a header says of its model. Refuses what is no whole model of its own.
    package init(_ header: GGUFHeader) throws(GGUFError) {
        let shape = GGUFShape(header)
        guard let architecture = header.metadata["general.architecture"]?.text, !architecture.isEmpty else {
            throw GGUFError(.malformed("it does not say its architecture"), at: header.size)
        }
        let refuse = { (why: String) in GGUFError(.unsupported(why), at: header.size) }
        if let kind = header.metadata["general.type"]?.text, kind != "model" {
            throw refuse("it holds no model but something else (\(Self.short(kind)))")
        }
        guard ModelArchitecture.isKnown(architecture) else {
            throw refuse("its architecture '\(Self.short(architecture))' is not supported here")
        }
        if let parts = header.metadata["split.count"]?.count, parts > 1 {
            throw refuse("it is one part of \(parts); join them first with `llama-gguf-split --merge`")
        }
        guard header.tensors.count > 0 else { throw refuse("it has a header and no weights") }
        let largest = header.tensors.bytes.max { ($0.value, $1.key.number) < ($1.value, $0.key.number) }
        self.init(
            architecture: architecture, name: Self.text(header, "general.name"),
            licence: Self.text(header, "general.license"), parameters: header.tensors.parameters,
            quantisation: largest?.key.name ?? "none",
            types: Dictionary(
                uniqueKeysWithValues: header.tensors.bytes.map { ($0.key.name, ByteCount(bytes: $0.value)) }),
            weights: ByteCount(bytes: header.tensors.bytes.values.reduce(0, +)), tensors: header.tensors.count,
            contextLength: try shape.number("context_length"), embeddingLength: try shape.number("embedding_length"),
            feedForwardLength: try shape.largest("feed_forward_length"), layers: try shape.number("block_count"),
            heads: try shape.largest("attention.head_count"),
            keyValueHeads: try shape.largest("attention.head_count_kv"), cacheWidth: try shape.cacheWidth(),
            vocabularySize: try shape.vocabulary(), tokenizer: Self.text(header, "tokenizer.ggml.model"),
            hasChatTemplate: header.metadata["tokenizer.chat_template"] != nil)
    }

    private static func text(_ header: GGUFHeader, _ key: String) -> String? {
        guard let text = header.metadata[key]?.text, !text.isEmpty else { return nil }
        return short(text)
    }

    /// On one line, and not for ever.
    private static func short(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(longestText).map { $0.value < 32 || $0.value == 127 ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}
