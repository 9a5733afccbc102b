/// A question about the policy. What is left out is not asked for; the user is whoever asks.
package struct ExplainPolicy: Equatable, Sendable {
    package var subject: PolicySubject
    package var tool: String?
    package var model: String?
    package var field: String?

    package init(subject: PolicySubject, tool: String? = nil, model: String? = nil, field: String? = nil) {
        self.subject = subject
        self.tool = tool
        self.model = model
        self.field = field
    }
}
