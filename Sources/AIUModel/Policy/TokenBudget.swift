package import AIUJSON

/// So many tokens, prompts and answers together, for everybody in a scope or for each of them.
package struct TokenBudget: Hashable, Sendable {
    /// Whether everybody in the scope has a budget of his own.
    package enum Each: String, CaseIterable, Sendable {
        case user, vm
    }

    package var name: String
    package var tokens: Int
    package var window: BudgetWindow
    package var rollover: BudgetRollover
    package var refill: BudgetRefill?
    /// Thousandths of the budget; rising.
    package var warnAt: [Int]
    /// `nil`: all in the scope share it.
    package var each: Each?

    package static let amounts = 0...1_000_000_000_000
    package static let fields = ["name", "tokens", "window", "rollover", "refill", "warn_at", "each"]
    private static let longestName = 32
    private static let mostWarnings = 10

    package init(
        name: String, tokens: Int, window: BudgetWindow, rollover: BudgetRollover = .none,
        refill: BudgetRefill? = nil, warnAt: [Int] = [], each: Each? = nil
    ) {
        self.name = name
        self.tokens = tokens
        self.window = window
        self.rollover = rollover
        self.refill = refill
        self.warnAt = warnAt
        self.each = each
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        try self.init(kept: node)
        if window == .never, rollover != .none {
            throw PolicyProblem(
                at: JSONPath([.member("rollover")]),
                "has no sense here: a budget whose window is `never` has no next one")
        }
        if window != .never, refill != nil {
            throw PolicyProblem(
                at: JSONPath([.member("refill")]),
                "has no sense here: a budget that starts afresh every \(window.rawValue) is not refilled; give it the "
                    + "window `never`")
        }
    }

    /// As the ledger keeps it, where sessions have budgets that no document can name.
    package init(kept node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        name = try object.required("name", Self.name)
        tokens = try object.required("tokens") { (node: JSONNode) throws(PolicyProblem) in
            try PolicyObject.number(node, Self.amounts)
        }
        window = try object.required("window") { (node: JSONNode) throws(PolicyProblem) in
            try PolicyObject.choice(node)
        }
        rollover =
            try object.read("rollover") { (node: JSONNode) throws(PolicyProblem) in
                try BudgetRollover(node)
            } ?? .none
        refill = try object.read("refill") { (node: JSONNode) throws(PolicyProblem) in
            try BudgetRefill(node)
        }
        warnAt = try object.list("warn_at", atMost: Self.mostWarnings, Self.share)?.sorted() ?? []
        each = try object.choice("each")
    }

    private static func name(_ node: JSONNode) throws(PolicyProblem) -> String {
        let text = try PolicyObject.text(node, atMost: longestName)
        let allowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard allowed else {
            throw PolicyProblem(
                node, "must be 1 to \(longestName) of a-z, 0-9, `-` and `_`, not \(node.summary)")
        }
        return text
    }

    private static func share(_ node: JSONNode) throws(PolicyProblem) -> Int {
        let share: Double? =
            switch node.value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        guard let share, share >= 0.001, share <= 1 else {
            throw PolicyProblem(node, "must be a part of the budget from 0.001 to 1, not \(node.summary)")
        }
        return Int((share * 1000).rounded())
    }

    package var json: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("tokens", .integer(Int64(tokens))),
            .init("window", .string(window.rawValue)),
        ]
        if rollover != .none { members.append(.init("rollover", rollover.json)) }
        if let refill { members.append(.init("refill", refill.json)) }
        if !warnAt.isEmpty {
            members.append(.init("warn_at", .array(warnAt.map { .number(Double($0) / 1000) })))
        }
        if let each { members.append(.init("each", .string(each.rawValue))) }
        return .object(members)
    }
}
