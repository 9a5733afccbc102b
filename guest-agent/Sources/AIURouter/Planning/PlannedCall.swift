package import AIUJSON

/// A call of a tool that the router wants.
package struct PlannedCall: Equatable, Sendable {
    /// Where an argument stands in the prompt, in Unicode scalars.
    package struct Span: Equatable, Sendable {
        package let argument: String
        package let start: Int
        package let end: Int

        package init(argument: String, start: Int, end: Int) {
            self.argument = argument
            self.start = start
            self.end = end
        }
    }

    package let tool: String
    /// An object, in the order of the schema; `⟦N⟧` is the answer of step N.
    package let arguments: JSON
    package let spans: [Span]
    /// How likely this tool is for this step, of those that are enabled.
    package let confidence: Double

    package init(tool: String, arguments: JSON, spans: [Span] = [], confidence: Double) {
        self.tool = tool
        self.arguments = arguments
        self.spans = spans
        self.confidence = confidence
    }
}

/// What the router wants to be done about a prompt; no calls when no enabled tool fits.
package struct Plan: Equatable, Sendable {
    package let calls: [PlannedCall]
    /// How likely this sequence of tools is.
    package let confidence: Double
    /// Tools that would have fitted better than what was chosen, but are not enabled; in the order of the steps.
    package let missing: [String]

    package init(calls: [PlannedCall], confidence: Double, missing: [String] = []) {
        self.calls = calls
        self.confidence = confidence
        self.missing = missing
    }
}
