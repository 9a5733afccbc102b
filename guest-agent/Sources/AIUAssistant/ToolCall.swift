internal import AIUJSON

/// One call of a tool as it is about to be made.
struct ToolCall {
    var tool: String
    var arguments: JSON
    var files: [String]
    /// Which question about a call this is.
    var number: Int
    var confirmed: Bool
    var attended: Bool
    var resultsFolder: String?
}
