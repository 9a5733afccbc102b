internal import AIUModel

/// What is known of models.
extension Schemas {
    private static let name = Schema.text(
        pattern: "^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$", atMost: 63)

    static let models: [(name: String, schema: Schema)] = [
        (
            "ModelView",
            .object([
                always("record", .reference("ModelRecord")),
                always("roles", .array(of: .choice(ModelRole.self)), "What it is the default for."),
                always(
                    "vms", .array(of: .text()),
                    "VMs whose configurations name it, deleted ones too, and those that run with it."),
            ])
        ),
        (
            "ModelRecord",
            .object([
                always("name", name), always("digest", .text(pattern: "^[0-9a-f]{64}$"), "SHA-256 of its file."),
                always("size", .count), always("added", time), always("summary", .reference("ModelSummary")),
            ])
        ),
        (
            "ModelSummary",
            .object([
                always("architecture", .text()), maybe("name", .text(), "What the file calls itself."),
                maybe("licence", .text()), always("parameters", .count),
                always("quantisation", .text(), "The type that most of its weights' bytes have."),
                always("types", .map(of: .count), "Bytes of weights by type."), always("weights", .count),
                always("tensors", .count), maybe("contextLength", .count), maybe("embeddingLength", .count),
                maybe("feedForwardLength", .count), maybe("layers", .count), maybe("heads", .count),
                maybe("keyValueHeads", .count),
                always("cacheWidth", .count, "Numbers that its cache keeps for every token."),
                maybe("vocabularySize", .count), maybe("tokenizer", .text()), always("hasChatTemplate", .boolean),
            ])
        ),
        (
            "CountTokens",
            .object([always("text", .text(atMost: CountTokens.longestText), "At most 512 KiB.")])
        ),
        (
            "TokenCount", .object([always("model", name), always("tokens", .count), always("bytes", .count)])
        ),
        (
            "ModelEstimate",
            .object([
                always("model", name), always("contextLength", .count), always("weights", .count),
                always("cache", .count), always("compute", .count), always("total", .count),
                maybe("memory", .count, "What was asked about."),
                maybe("guest", .count, "What the guest itself needs of it."),
                maybe("problem", .text(), "Why it does not fit."),
            ])
        ),
    ]
}
