/// Sums that are orders.
enum Imperative {
    /// `subtract 5 from 12`, `multiply 6 by 7`
    static func rewritten(_ tokens: [ExpressionToken]) -> [ExpressionToken]? {
        let verbs: [String: (sign: String, between: Set<String>, reversed: Bool)] = [
            "add": ("+", ["and", "to", "with"], false), "subtract": ("-", ["from"], true),
            "deduct": ("-", ["from"], true),
            "multiply": ("*", ["by", "and", "with"], false), "divide": ("/", ["by"], false),
            "addiere": ("+", ["und", "zu"], false), "subtrahiere": ("-", ["von"], true),
            "multipliziere": ("*", ["mit"], false),
            "dividiere": ("/", ["durch"], false), "ajoute": ("+", ["a", "et"], false),
            "multiplie": ("*", ["par"], false),
            "divise": ("/", ["par"], false), "suma": ("+", ["y", "a"], false), "resta": ("-", ["de", "a"], true),
            "multiplica": ("*", ["por"], false), "divide entre": ("/", ["entre"], false),
        ]
        guard let word = tokens.first?.folded, let verb = verbs[word],
            let middle = tokens.firstIndex(where: { $0.folded.map { verb.between.contains($0) } ?? false }), middle > 1,
            middle + 1 < tokens.count
        else { return nil }
        let left = Array(tokens[1..<middle])
        let right = Array(tokens[(middle + 1)...])
        let sign: [ExpressionToken] = [.sign(")"), .sign(Character(verb.sign)), .sign("(")]
        return [.sign("(")] + (verb.reversed ? right + sign + left : left + sign + right) + [.sign(")")]
    }

    /// `45 add 12`, `45 divide by 3`: what is to be done with a result that is already there.
    static func continued(_ tokens: [ExpressionToken]) -> [ExpressionToken]? {
        let signs: [String: Character] = [
            "add": "+", "subtract": "-", "deduct": "-", "multiply": "*", "divide": "/", "addiere": "+",
            "subtrahiere": "-", "multipliziere": "*", "dividiere": "/", "teile": "/", "ajoute": "+", "soustrais": "-",
            "multiplie": "*", "divise": "/", "suma": "+", "resta": "-", "multiplica": "*",
            "aggiungi": "+", "sottrai": "-", "moltiplica": "*", "dividi": "/", "soma": "+", "subtrai": "-",
        ]
        let joints: Set<String> = ["by", "with", "durch", "mit", "par", "por", "entre", "per"]
        guard let place = tokens.firstIndex(where: { $0.folded.map { signs[$0] != nil } ?? false }), place > 0,
            tokens[..<place].contains(where: \.isNumber), let sign = tokens[place].folded.flatMap({ signs[$0] })
        else { return nil }
        let right = tokens[(place + 1)...].drop { $0.folded.map { joints.contains($0) } ?? false }
        guard right.first?.isNumber == true else { return nil }
        return [.sign("(")] + tokens[..<place] + [.sign(")"), .sign(sign), .sign("(")] + right + [.sign(")")]
    }
}
