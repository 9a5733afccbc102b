internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu tokens set`: changes one limit or budget in the policy, and leaves everything else as it stands.
struct SetBudgetVerb {
    private static let perTool = "per_tool."
    private static let mostPercent = 100.0

    private let session: Session
    private var arguments: Arguments { session.arguments }

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let what = try arguments.required("what")
        let section = try scope() + [.member("tokens")]
        let tokens = try tokens()
        try session.limitWaits()
        let view: PolicyView = try session.client.value(Calls.policy)
        let text = view.policy.document ?? #"{"format": 1}"#
        let document = try change(what, to: tokens, in: text, section)
        return try session.apply(ApplyPolicy(document: document, expectedVersion: view.policy.version))
    }

    private func scope() throws -> [JSONPath.Step] {
        let scopes = [("project", "projects"), ("user", "users"), ("vm", "vms")].compactMap { option, member in
            arguments.option(option).map { (option, member, $0) }
        }
        guard scopes.count <= 1 else {
            throw arguments.error("`--\(scopes[0].0)` and `--\(scopes[1].0)` are two scopes; set each by itself")
        }
        return scopes.first.map { [.member($0.1), .member($0.2)] } ?? []
    }

    /// `nil` to remove.
    private func tokens() throws -> Int? {
        let text = arguments.argument("tokens")
        if arguments.flag("remove") {
            guard text == nil else { throw arguments.error("`--remove` takes no number of tokens") }
            return nil
        }
        guard let text, let tokens = Int(text), TokenBudget.amounts.contains(tokens) else {
            throw arguments.error("TOKENS must be a number from 0 to \(TokenBudget.amounts.upperBound)")
        }
        return tokens
    }

    private func change(
        _ what: String, to tokens: Int?, in text: String, _ section: [JSONPath.Step]
    ) throws -> String {
        let isTool = what.hasPrefix(Self.perTool)
        if isTool || TokenRules.fields.contains(what) {
            for option in ["window", "rollover", "warn-at", "each", "refill"] where arguments.isGiven(option) {
                throw arguments.error("`--\(option)` is for budgets, and \(what) is a limit of a single request")
            }
            let path: [JSONPath.Step] =
                isTool ? [.member("per_tool"), .member(String(what.dropFirst(Self.perTool.count)))] : [.member(what)]
            return try PolicyEdit.set(tokens.map { .integer(Int64($0)) }, at: JSONPath(section + path), in: text)
        }
        let path = section + [.member("budgets")]
        var budgets = try JSON(parsing: text).value(at: path)?.arrayValue ?? []
        let index = budgets.firstIndex { $0["name"]?.stringValue == what }
        guard let tokens else {
            guard let index else { throw Problem(.noInput, "the policy has no budget '\(what)' there") }
            budgets.remove(at: index)
            return try PolicyEdit.set(budgets.isEmpty ? nil : .array(budgets), at: JSONPath(path), in: text)
        }
        var budget = index.map { budgets[$0] } ?? ["name": .string(what)]
        budget["tokens"] = .integer(Int64(tokens))
        try describe(&budget)
        if let index { budgets[index] = budget } else { budgets.append(budget) }
        return try PolicyEdit.set(.array(budgets), at: JSONPath(path), in: text)
    }

    private func describe(_ budget: inout JSON) throws {
        if let window = arguments.option("window") { budget["window"] = .string(window) }
        if budget["window"] == nil { budget["window"] = .string(arguments.isGiven("refill") ? "never" : "day") }
        if let rollover = arguments.option("rollover") {
            budget["rollover"] = Int64(rollover).map { ["capped": .integer($0)] } ?? .string(rollover)
        }
        if let each = arguments.option("each") { budget["each"] = .string(each) }
        if let refill = arguments.option("refill") {
            let parts = refill.split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let tokens = Int64(parts[0]) else {
                throw arguments.error("`--refill` is a number and a time, such as 50/hour, not '\(refill)'")
            }
            budget["refill"] = ["tokens": .integer(tokens), "every": .string(String(parts[1]))]
        }
        let percents = try arguments.options("warn-at").map { text in
            guard let percent = Double(text.hasSuffix("%") ? String(text.dropLast()) : text), percent > 0,
                percent <= Self.mostPercent
            else { throw arguments.error("`--warn-at` is a percentage from 0.1 to 100, not '\(text)'") }
            return JSON.number(percent / 100)
        }
        if !percents.isEmpty { budget["warn_at"] = .array(percents) }
    }
}

extension JSON {
    fileprivate func value(at path: [JSONPath.Step]) -> JSON? {
        path.reduce(self as JSON?) { json, step in
            if case .member(let name) = step { json?[name] } else { nil }
        }
    }
}
