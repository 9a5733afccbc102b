/// The shells that can be taught to complete.
package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
}
