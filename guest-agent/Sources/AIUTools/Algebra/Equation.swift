package import AIUWire

/// Two sides and what is between them.
package struct Equation: Equatable, Sendable {
    package var left: Formula
    package var relation: String
    package var right: Formula

    package var engineText: String { "\(left.engineText) \(relation) \(right.engineText)" }
    package var difference: Formula { .difference(left, right) }
    package var variables: Set<String> { left.variables.union(right.variables) }

    private static let andWords: Set<String> = ["and", "und", "et", "y", "e", "en", "i", "oraz"]
    private static let equalWords = [
        "equals", "is equal to", "gleich", "ist gleich", "egale", "est egal a", "es igual a", "uguale a",
    ]
    private static let mostEquations = 12

    /// All the equations in a text; a formula alone is set to 0.
    package static func read(_ text: String, decimalComma: Bool) throws(ToolReply.Failure) -> [Equation] {
        var plain = text.replacing("≤", with: "<=").replacing("≥", with: ">=").replacing("==", with: "=").replacing(
            "＝", with: "=")
        for word in equalWords { plain = plain.replacing(" \(word) ", with: " = ") }
        let parts = split(plain)
        guard parts.count <= mostEquations else {
            throw ToolReply.Failure(.tooLarge, "There are more than \(mostEquations) equations; solve them in parts.")
        }
        var equations: [Equation] = []
        for part in parts { equations.append(try one(part, decimalComma)) }
        guard !equations.isEmpty else {
            throw ToolReply.Failure(.invalid, "There is no equation; write one such as 2x + 3 = 7.")
        }
        return equations
    }

    /// At `;`, at line ends, at a comma or an `and` with an equation on both of its sides.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        for line in text.split(whereSeparator: { $0 == ";" || $0.isNewline || $0 == "{" || $0 == "}" }) {
            var current = ""
            var words = line.split(separator: " ").flatMap { word -> [Substring] in
                // A comma between digits may be a decimal one.
                word.hasSuffix(",") ? [word.dropLast(), ","] : [word]
            }[...]
            while let word = words.popFirst() {
                let joins = word == "," || andWords.contains(word.lowercased())
                let rest = words.joined(separator: " ")
                // `x = y = z` names an unknown there.
                let isWhole = current.last.map { !"=<>".contains($0) } ?? false
                if joins, isWhole, isEquation(current), isEquation(rest), !"=<>".contains(rest.first ?? "=") {
                    parts.append(current)
                    current = ""
                } else if word == "," {
                    current += ","
                } else {
                    current += (current.isEmpty ? "" : " ") + word
                }
            }
            parts += commas(current)
        }
        return parts.map { $0.trimmed }.filter { !$0.isEmpty }
    }

    /// `x+y=3,x-y=1` without a space.
    private static func commas(_ text: String) -> [String] {
        let pieces = text.split(separator: ",").map { String($0) }
        return pieces.count > 1 && pieces.allSatisfy(isEquation) ? pieces : [text]
    }

    private static func isEquation(_ text: String) -> Bool { text.contains { "=<>".contains($0) } }

    private static func one(_ text: String, _ decimalComma: Bool) throws(ToolReply.Failure) -> Equation {
        for relation in ["<=", ">=", "!=", "<", ">", "="] {
            guard let range = text.firstRange(of: relation) else { continue }
            let right = text[range.upperBound...]
            guard !right.contains(where: { "=<>".contains($0) }) else {
                throw ToolReply.Failure(
                    .invalid,
                    "\"\(text.prefix(80))\" has more than one sign of equality; separate equations with commas.")
            }
            return Equation(
                left: try FormulaReader.read(String(text[..<range.lowerBound]), decimalComma: decimalComma),
                relation: relation,
                right: try FormulaReader.read(String(right), decimalComma: decimalComma))
        }
        return Equation(
            left: try FormulaReader.read(text, decimalComma: decimalComma), relation: "=", right: .number("0"))
    }
}
