internal import AIUInferenceLink

/// The numbers that a router's file gives about itself, checked before anything is made of them.
struct RouterShape {
    let maxTokens: Int
    let maxWordTokens: Int
    let maxFiles: Int
    let maxFileWords: Int
    let hidden: Int
    let steps: Int
    let queries: Int
    let stepSize: Int
    let wordSize: Int

    init(_ metadata: ModelMetadata, name: String) throws(InferenceFailure) {
        func number(_ key: String, _ range: ClosedRange<Int>) throws(InferenceFailure) -> Int {
            guard let value = metadata.number("aiu.router.\(key)"), range.contains(value) else {
                throw InferenceFailure(.badModel, "the router \(name) has no usable aiu.router.\(key)")
            }
            return value
        }
        _ = try number("version", 1...1)
        maxTokens = try number("max_tokens", 8...8192)
        maxWordTokens = try number("max_word_tokens", 1...64)
        maxFiles = try number("max_files", 0...64)
        maxFileWords = try number("max_file_words", 0...256)
        hidden = try number("hidden", 1...16_384)
        steps = try number("steps", 1...32)
        queries = try number("queries", 0...64)
        stepSize = try number("step.size", 1...16_384)
        wordSize = try number("word.size", 1...16_384)
    }
}
