/// Results of libqalculate as people write them.
package enum FormulaText {
    /// `2 * 'a' * x + cos(x rad)` as `2a * x + cos(x)`.
    package static func readable(_ text: String) -> String {
        var result: [Character] = []
        let characters = Array(
            text.replacing(" rad)", with: ")").replacing(" rad ", with: " ").filter { $0 != "'" && $0 != "\"" })
        var place = 0
        while place < characters.count {
            // A number before a letter or a parenthesis, and two parentheses, need no sign between them.
            if characters[place...].starts(with: " * "), place > 0, place + 3 < characters.count {
                let before = characters[place - 1]
                let after = characters[place + 3]
                let isNumber = before.isNumber && isWholeNumber(characters, endingAt: place - 1)
                let isFunction = after.isLetter && place + 4 < characters.count && characters[place + 4].isLetter
                if isNumber && (after.isLetter || after == "(") && !isFunction || before == ")" && after == "(" {
                    place += 3
                    continue
                }
            }
            result.append(characters[place])
            place += 1
        }
        return String(result)
    }

    /// Whether the digits there are not the end of a name or an exponent.
    private static func isWholeNumber(_ characters: [Character], endingAt end: Int) -> Bool {
        var start = end
        while start >= 0, characters[start].isNumber || characters[start] == "." { start -= 1 }
        return start < 0 || !(characters[start].isLetter || characters[start] == "^" || characters[start] == "_")
    }
}
