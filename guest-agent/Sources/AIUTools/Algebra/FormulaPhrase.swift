/// The formula in a person's words around it, and the unknown that they name.
package struct FormulaPhrase: Equatable, Sendable {
    package var formula: String
    package var variable: String?

    private static let leading: Set<String> = [
        "solve", "factor", "factorise", "factorize", "expand", "simplify", "differentiate", "derivative", "the", "of",
        "find",
        "compute", "calculate", "what", "is", "whats", "integrate", "integral", "antiderivative", "equation",
        "equations", "system",
        "for", "please", "lose", "faktorisiere", "multipliziere", "vereinfache", "ableitung", "die", "der", "das",
        "von", "integriere",
        "stammfunktion", "resous", "resoudre", "factorise", "factoriser", "developpe", "developper", "simplifie",
        "simplifier",
        "derivee", "derive", "deriver", "la", "le", "les", "de", "du", "integrale", "integre", "primitive", "resuelve",
        "resolver",
        "factoriza", "factorizar", "expande", "desarrolla", "simplifica", "simplificar", "deriva", "derivada", "el",
        "integra",
        "risolvi", "fattorizza", "espandi", "semplifica", "derivata", "di", "resolva", "fatora", "fatore", "expanda",
        "simplifique",
        "derive", "los", "op", "ontbind", "vereenvoudig", "afgeleide", "van", "rozwiaz", "rozloz", "uprosc", "pochodna",
        "oblicz",
        "area", "under", "curve", "function", "funktion", "fonction", "funcion", "out", "multiply",
    ]
    private static let byWords: [[String]] = [
        ["with", "respect", "to"], ["wrt"], ["in", "terms", "of"], ["for"], ["nach"], ["fur"], ["par", "rapport", "a"],
        ["pour"],
        ["respecto", "a"], ["respecto", "de"], ["con", "respecto", "a"], ["para"], ["per"], ["rispetto", "a"],
        ["em", "relacao", "a"],
        ["por"], ["naar"], ["voor"], ["dla"], ["wzgledem"], ["in"], ["by"], ["auf"],
    ]

    package init(_ text: String) {
        var words = text.split(whereSeparator: \.isWhitespace).map { String($0) }
        while let last = words.last, last == "?" || last == "." || last == "dx" || Self.isDifferential(last) {
            if Self.isDifferential(last) { variable = String(last.dropFirst()) }
            words.removeLast()
        }
        if let last = words.last, last.count > 1, last.hasSuffix("?") || last.hasSuffix(".") {
            words[words.count - 1].removeLast()
        }
        while let first = words.first {
            if let name = Self.derivative(first) {
                variable = name
                words[0] = String(first.dropFirst(4))
                if words[0].isEmpty { words.removeFirst() }
            } else if Self.leading.contains(Folding.fold(first).filter { $0 != ":" }), words.count > 1 {
                words.removeFirst()
            } else {
                break
            }
        }
        for phrase in Self.byWords where words.count > phrase.count + 1 {
            let tail = words.suffix(phrase.count + 1).map { Folding.fold($0) }
            if tail.dropLast() == phrase[...], let name = words.last?.filter({ $0 != "." && $0 != "?" }),
                Self.isName(name)
            {
                variable = name
                words.removeLast(phrase.count + 1)
                break
            }
        }
        formula = words.joined(separator: " ")
        if formula.hasPrefix("∫") { formula.removeFirst() }
        if formula.hasSuffix("dx"), variable == nil, formula.count > 2 {
            formula.removeLast(2)
            variable = "x"
        }
    }

    /// Without `y =` or `f(x) =` in front.
    package var withoutName: String {
        guard let mark = formula.firstIndex(of: "="), formula.count(where: { $0 == "=" }) == 1 else { return formula }
        let name = formula[..<mark].filter { !$0.isWhitespace }
        let isName = name.count == 1 || (name.count == 4 && name.hasSuffix(")") && name.dropFirst().hasPrefix("("))
        return isName ? String(formula[formula.index(after: mark)...]) : formula
    }

    private static func isDifferential(_ word: String) -> Bool {
        word.count == 2 && word.hasPrefix("d") && word.last.map { $0.isLetter && $0.isLowercase } ?? false
    }

    /// `d/dx`
    private static func derivative(_ word: String) -> String? {
        guard word.hasPrefix("d/d"), word.count >= 4 else { return nil }
        return String(word.dropFirst(3).prefix(1))
    }

    package static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter, text.count <= 8 else { return false }
        return text.count == 1 || text.dropFirst().allSatisfy { $0.isNumber || $0 == "_" }
            || FormulaNames.greek[text.lowercased()] != nil
    }

    /// The name as formulas have it.
    package static func name(_ text: String) -> String { FormulaNames.greek[text.lowercased()] ?? text }
}
