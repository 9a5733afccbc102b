internal import AIUJSON
package import AIUWire

/// The arguments of one call, read by name. They fit the schema already; what it cannot say is checked here.
package struct Arguments: Sendable {
    private let tool: String
    private let object: JSON

    package init(_ invocation: ToolInvocation) {
        tool = invocation.tool
        object = invocation.arguments
    }

    /// A text without the white space around it; nil when it is not there or empty.
    package func text(_ name: String) -> String? {
        guard let text = object[name]?.stringValue else { return nil }
        let trimmed = text.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }

    /// A text exactly as it came, white space included.
    package func rawText(_ name: String) -> String? { object[name]?.stringValue }

    package func requiredText(_ name: String) throws(ToolReply.Failure) -> String {
        guard let text = text(name) else {
            throw ToolReply.Failure(
                .invalid, "\(tool) needs the argument `\(name)`, and it is empty or missing; say what it is.")
        }
        return text
    }

    package func integer(_ name: String) -> Int? { object[name]?.integerValue.map { Int($0) } }

    /// A number within bounds that the schema does not state.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(ToolReply.Failure) -> Int? {
        guard let number = integer(name) else { return nil }
        guard range.contains(number) else {
            throw ToolReply.Failure(
                .invalid,
                "`\(name)` of \(tool) is \(number); it must be from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// One of an enum's names.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(ToolReply.Failure) -> Choice? {
        guard let text = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map { $0.rawValue }
        throw ToolReply.Failure(
            .invalid,
            "`\(name)` of \(tool) cannot be \(Excerpt.quoted(text)); it is one of \(names.joined(separator: ", ")).")
    }

    package func requiredChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(ToolReply.Failure) -> Choice {
        if let choice = try choice(name, type) { return choice }
        let names = Choice.allCases.map { $0.rawValue }
        throw ToolReply.Failure(
            .invalid, "\(tool) needs the argument `\(name)`: one of \(names.joined(separator: ", ")).")
    }
}
