/// Why something about networks was not done, in a sentence.
package struct NetProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
