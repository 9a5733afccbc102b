/// One thing that a person did at the keyboard.
package enum Key: Equatable, Sendable {
    /// What was typed, or pasted: then with line ends.
    case text(String)
    case enter
    /// Alt-Enter: a line end that does not submit.
    case newLine
    case left, right, up, down
    case wordLeft, wordRight
    case home, end
    /// Removes before the cursor, and behind it.
    case backspace, delete
    case control(Character)
    case killWordRight
    /// Understood as one key, but it means nothing here.
    case unknown
}
