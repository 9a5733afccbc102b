/// Blackens what looks like a secret in a text that is kept in full.
///
/// Rules, not a promise: a password that looks like a word stays. Each rule is about a form that people paste without thinking.
package enum Redaction {
    package static let mark = "[redacted]"
    /// Tokens by which many services let programs in.
    private static let prefixes = [
        "aiu_", "sk-", "sk_", "pk_", "rk_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
        "xoxa-",
        "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "hf_", "npm_", "dop_v1_", "SG.", "hvs.",
    ]
    private static let names: Set<String> = [
        "password", "passwd", "pwd", "passphrase", "secret", "token", "api_key", "apikey", "api-key", "access_key",
        "secret_key", "private_key", "authorization", "bearer", "client_secret", "passwort", "kennwort", "contraseña",
    ]
    private static let shortestToken = 12
    private static let longestPlain = 31
    private static let keyBegin = "-----BEGIN "
    private static let keyEnd = "-----END "

    package static func redact(_ text: String) -> String {
        var lines: [String] = []
        var inKey = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.contains(keyBegin), line.contains("PRIVATE KEY") {
                inKey = true
                lines.append(mark)
            }
            if !inKey { lines.append(words(in: line)) }
            if inKey, line.contains(keyEnd) { inKey = false }
        }
        return lines.joined(separator: "\n")
    }

    /// Spaces stay as they are; what follows the name of a secret goes.
    private static func words(in line: Substring) -> String {
        var afterName = false
        return line.split(separator: " ", omittingEmptySubsequences: false).map { piece -> String in
            guard !piece.isEmpty else { return "" }
            let isLink = piece.allSatisfy { "=:".contains($0) } || ["is", "ist", "es"].contains(piece.lowercased())
            guard afterName, !isLink else {
                afterName = isLink ? afterName : endsWithName(piece)
                return word(piece)
            }
            // "Authorization: Bearer x": the word between names none, the next one is meant.
            let isScheme = ["bearer", "basic"].contains(piece.lowercased())
            afterName = isScheme
            return isScheme ? String(piece) : mark
        }.joined(separator: " ")
    }

    private static func endsWithName(_ piece: Substring) -> Bool {
        guard let last = piece.last, last == ":" || last == "=" else {
            return names.contains(piece.lowercased()) && piece.lowercased() != "token" && piece.lowercased() != "secret"
        }
        return names.contains(String(piece.dropLast()).lowercased().trimming("\"'-"))
    }

    private static func word(_ piece: Substring) -> String {
        for separator in ["=", ":"] as [Character] {
            guard let at = piece.firstIndex(of: separator), piece.index(after: at) < piece.endIndex else { continue }
            let name = String(piece[..<at]).lowercased().trimming("\"'-{,")
            if names.contains(name) || names.contains(where: { name.hasSuffix("_\($0)") || name.hasSuffix("-\($0)") }) {
                return "\(piece[...at])\(mark)"
            }
        }
        // https://user:password@host
        if let scheme = piece.range(of: "://"), let at = piece[scheme.upperBound...].firstIndex(of: "@"),
            let colon = piece[scheme.upperBound..<at].firstIndex(of: ":")
        {
            return "\(piece[...colon])\(mark)\(piece[at...])"
        }
        return isSecret(piece) ? mark : String(piece)
    }

    private static func isSecret(_ piece: Substring) -> Bool {
        let core = String(piece).trimming("\"'`.,;()[]{}<>")
        if core.utf8.count >= shortestToken, prefixes.contains(where: { core.hasPrefix($0) }) { return true }
        if isCardNumber(core) { return true }
        // Long and without a word's shape: letters and digits mixed, no path, no sentence.
        guard core.utf8.count > longestPlain, !core.contains("/"), core.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            return false
        }
        let digits = core.utf8.count { (0x30...0x39).contains($0) }
        return digits >= 4 && digits < core.utf8.count && !core.contains(".")
    }

    /// Thirteen to nineteen digits whose check digit is right.
    private static func isCardNumber(_ text: String) -> Bool {
        let digits = text.utf8.filter { $0 != 0x2D }
        guard (13...19).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = Int(digit - 0x30) * (index % 2 == 0 ? 1 : 2)
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }
}

extension String {
    fileprivate func trimming(_ signs: String) -> String {
        String(drop { signs.contains($0) }.reversed().drop { signs.contains($0) }.reversed())
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Substring.Index>? { ranges(of: text).first }
}
