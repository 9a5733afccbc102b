package import AIUWire

/// libqalculate in a process of its own: expressions in, results out.
package struct Qalculate: Sendable {
    /// How an expression is to be worked out.
    package struct Request: Sendable {
        package var expression: String
        /// Fractions and roots stay; otherwise decimals.
        package var exact = false
        /// Letters are unknowns, and there are no units.
        package var algebra = false
        package var factorised = false
        package var expanded = false
        package var complex = false
        /// Fifty digits instead of sixteen.
        package var precise = false
        package var milliseconds = 5000

        package init(_ expression: String) { self.expression = expression }

        package static func algebra(_ expression: String, exact: Bool = true) -> Request {
            var request = Request(expression)
            request.algebra = true
            request.exact = exact
            return request
        }

        fileprivate var line: String {
            let flags =
                (exact ? "e" : "") + (algebra ? "u" : "") + (factorised ? "f" : "") + (expanded ? "x" : "")
                + (complex ? "i" : "") + (precise ? "p" : "")
            let text = String(expression.map { $0.isNewline || $0 == "\t" ? " " : $0 })
            return "\(flags)\t\(milliseconds)\t\(text)\n"
        }
    }

    /// One answer.
    package struct Answer: Equatable, Sendable {
        package enum Status: String, Equatable, Sendable { case exact, approximate, timeout, error }

        package var status: Status
        package var text: String
        /// What the engine did not like.
        package var messages: String

        package var finished: Bool { status == .exact || status == .approximate }
    }

    package static let longestExpression = 8 * 1024
    private static let startSeconds = 15.0

    package init() {}

    /// The answers in the order of the requests.
    package func evaluate(_ requests: [Request]) throws(ToolReply.Failure) -> [Answer] {
        for request in requests where request.expression.utf8.count > Self.longestExpression {
            throw ToolReply.Failure(
                .tooLarge, "The expression is longer than \(Self.longestExpression) characters; compute it in parts.")
        }
        var engine = Engine(Engine.ours("aiu-calculate"))
        engine.input = Array(requests.map(\.line).joined().utf8)
        let work = requests.reduce(0) { $0 + $1.milliseconds }
        // The engine keeps each request's time itself; this is for one that does not.
        engine.deadline = .milliseconds(work + 1000 * requests.count) + .seconds(Self.startSeconds)
        engine.memoryLimit = 1 << 30
        let outcome = try engine.run()
        let lines = outcome.text.split(separator: "\n", omittingEmptySubsequences: true)
        var answers = lines.prefix(requests.count).map { Self.answer(String($0)) }
        if answers.isEmpty, !outcome.errors.isEmpty, !outcome.timedOut {
            throw ToolReply.Failure(
                .unavailable, "The calculator did not start: \(outcome.errorText.collapsed.prefix(200)).")
        }
        // One that ended it takes the ones behind it along.
        while answers.count < requests.count {
            answers.append(Answer(status: outcome.timedOut ? .timeout : .error, text: "", messages: ""))
        }
        return answers
    }

    private static func answer(_ line: String) -> Answer {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        return Answer(
            status: parts.first.flatMap { Answer.Status(rawValue: String($0)) } ?? .error,
            text: parts.count > 1 ? String(parts[1]) : "", messages: parts.count > 2 ? String(parts[2]) : "")
    }
}
