/// Why no plan could be read off the router's scores.
package struct PlanError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case badSchema(tool: String, argument: String?)
        /// The model was made for other tools.
        case missingHead(String)
        case badScores(head: String)
    }

    package let reason: Reason

    init(_ reason: Reason) { self.reason = reason }

    package var description: String {
        switch reason {
        case .badSchema(let tool, let argument):
            "cannot plan calls of \(tool): the schema of \(argument ?? "its arguments") is neither a choice, a whole "
                + "number nor a text"
        case .missingHead(let head):
            "cannot plan with this router: it knows nothing of \(head); it was made for other tools, train it again"
        case .badScores(let head):
            "cannot plan with this router: its scores of \(head) do not fit the prompt"
        }
    }
}
