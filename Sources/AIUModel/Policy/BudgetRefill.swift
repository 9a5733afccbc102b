package import AIUJSON

/// Gives a budget that never starts afresh some of its used tokens back at the beginning of every hour, day or month.
package struct BudgetRefill: Hashable, Sendable {
    package var tokens: Int
    package var every: BudgetWindow

    package init(tokens: Int, every: BudgetWindow) {
        self.tokens = tokens
        self.every = every
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: ["tokens", "every"])
        tokens = try object.required("tokens") { (node: JSONNode) throws(PolicyProblem) in
            try PolicyObject.number(node, 1...TokenBudget.amounts.upperBound)
        }
        every = try object.required("every") { (node: JSONNode) throws(PolicyProblem) in
            let window: BudgetWindow = try PolicyObject.choice(node)
            guard window != .never else { throw PolicyProblem(node, "must be hour, day or month") }
            return window
        }
    }

    package var json: JSON { ["tokens": .integer(Int64(tokens)), "every": .string(every.rawValue)] }
}
