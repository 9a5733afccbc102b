/// What every refused request is answered with.
package struct ErrorAnswer: Equatable, Sendable, Codable {
    package var error: Failure

    package init(error: Failure) { self.error = error }
}
