/// A text being written at a terminal: keys in, edits and effects out. It knows nothing of the terminal itself.
package struct LineEditor: Sendable {
    /// What the keys mean for whoever reads the line.
    package enum Effect: Equatable, Sendable {
        case submit(String)
        /// Ctrl-C: away with the text.
        case cancel
        /// Ctrl-D where nothing is written.
        case end
        case clearScreen
        case suspend
        /// It was understood, and there is nothing to do.
        case bell
    }

    /// By characters as people see them.
    package private(set) var text: [Character] = []
    package private(set) var cursor = 0

    private let limit: Int
    private let history: [String]
    /// Which entry is shown; one behind the last is what is being written.
    private var place: Int
    private var written: [Character] = []
    private var killed: [Character] = []

    /// `limit` is how many bytes a text may have.
    package init(history: [String] = [], limit: Int = 32 * 1024) {
        self.history = history
        self.limit = limit
        place = history.count
    }

    package mutating func press(_ key: Key) -> Effect? {
        switch key {
        case .text(let typed): return insert(typed)
        case .newLine: return insert("\n")
        case .enter: return enter()
        case .left, .control("B"): return move(to: cursor - 1)
        case .right, .control("F"): return move(to: cursor + 1)
        case .wordLeft: return move(to: wordStart)
        case .wordRight: return move(to: wordEnd)
        case .home, .control("A"): return move(to: lineStart)
        case .end, .control("E"): return move(to: lineEnd)
        case .up: return moveLine(by: -1)
        case .down: return moveLine(by: 1)
        case .control("P"): return recall(place - 1)
        case .control("N"): return recall(place + 1)
        case .backspace: return remove(cursor - 1..<cursor)
        case .delete: return remove(cursor..<cursor + 1)
        case .control("D"): return text.isEmpty ? .end : remove(cursor..<cursor + 1)
        case .control("U"): return kill(lineStart..<cursor)
        case .control("K"):
            // At the end of a line, the line end itself.
            return kill(cursor..<(lineEnd == cursor ? min(cursor + 1, text.count) : lineEnd))
        case .control("W"): return kill(wordStart..<cursor)
        case .killWordRight: return kill(cursor..<wordEnd)
        case .control("Y"): return insert(String(killed))
        case .control("C"): return .cancel
        case .control("L"): return .clearScreen
        case .control("Z"): return .suspend
        case .control, .unknown: return .bell
        }
    }

    // MARK: Changing

    private mutating func insert(_ typed: String) -> Effect? {
        guard String(text).utf8.count + typed.utf8.count <= limit else { return .bell }
        // A mark that combines becomes one character with the one before it.
        let before = Array(String(text[..<cursor]) + typed)
        text = before + text[cursor...]
        cursor = before.count
        return nil
    }

    private mutating func enter() -> Effect? {
        guard text.last == "\\" else { return .submit(String(text)) }
        text.removeLast()
        cursor = text.count
        return insert("\n")
    }

    private mutating func remove(_ range: Range<Int>) -> Effect? {
        guard range.lowerBound >= 0, range.upperBound <= text.count, !range.isEmpty else { return .bell }
        text.removeSubrange(range)
        cursor = range.lowerBound
        return nil
    }

    private mutating func kill(_ range: Range<Int>) -> Effect? {
        guard !range.isEmpty else { return .bell }
        killed = Array(text[range])
        return remove(range)
    }

    // MARK: Moving

    private mutating func move(to place: Int) -> Effect? {
        guard (0...text.count).contains(place) else { return .bell }
        cursor = place
        return nil
    }

    private var lineStart: Int { (text[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }
    private var lineEnd: Int { text[cursor...].firstIndex(of: "\n") ?? text.count }

    private var wordStart: Int {
        var place = cursor
        while place > 0, text[place - 1].isWhitespace { place -= 1 }
        while place > 0, !text[place - 1].isWhitespace { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < text.count, text[place].isWhitespace { place += 1 }
        while place < text.count, !text[place].isWhitespace { place += 1 }
        return place
    }

    /// Up and down go through the lines of a text first, then through the history.
    private mutating func moveLine(by step: Int) -> Effect? {
        let column = cursor - lineStart
        if step < 0 {
            guard lineStart > 0 else { return recall(place - 1) }
            cursor = lineStart - 1
            cursor = lineStart + min(column, lineEnd - lineStart)
        } else {
            guard lineEnd < text.count else { return recall(place + 1) }
            cursor = lineEnd + 1
            cursor = lineStart + min(column, lineEnd - lineStart)
        }
        return nil
    }

    private mutating func recall(_ wanted: Int) -> Effect? {
        guard (0...history.count).contains(wanted), wanted != place else { return .bell }
        if place == history.count { written = text }
        place = wanted
        text = wanted == history.count ? written : Array(history[wanted])
        cursor = text.count
        return nil
    }
}
