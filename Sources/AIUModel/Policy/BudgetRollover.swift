package import AIUJSON

/// What becomes of the tokens that a window leaves over.
package enum BudgetRollover: Hashable, Sendable, CustomStringConvertible {
    /// They are gone.
    case none
    /// The next window has them too.
    case carry
    /// The next window has them too, up to a number.
    case capped(Int)

    package init(_ node: JSONNode) throws(PolicyProblem) {
        switch node.value {
        case .string("none"): self = .none
        case .string("carry"): self = .carry
        case .object:
            let object = try PolicyObject(node, fields: ["capped"])
            self = .capped(
                try object.required("capped") { (node: JSONNode) throws(PolicyProblem) in
                    try PolicyObject.number(node, TokenBudget.amounts)
                })
        default:
            throw PolicyProblem(
                node, "must be \"none\", \"carry\" or {\"capped\": TOKENS}, not \(node.summary)")
        }
    }

    /// The most that a window may begin with beyond its own tokens.
    package var most: Int {
        switch self {
        case .none: 0
        case .carry: TokenBudget.amounts.upperBound
        case .capped(let most): most
        }
    }

    package var description: String {
        switch self {
        case .none: "none"
        case .carry: "carry"
        case .capped(let most): "capped at \(most)"
        }
    }

    package var json: JSON {
        switch self {
        case .none: "none"
        case .carry: "carry"
        case .capped(let most): ["capped": .integer(Int64(most))]
        }
    }
}
