import AIUVerbs
import Testing

@Suite("Keys")
struct KeyDecoderTests {
    private static let understood: [(String, [Key])] = [
        ("aé", [.text("a"), .text("é")]), ("日🙂", [.text("日"), .text("🙂")]), ("\r\n", [.enter, .enter]),
        ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left]),
        ("\u{1B}OA\u{1B}OH\u{1B}OF", [.up, .home, .end]),
        ("\u{1B}[1~\u{1B}[4~\u{1B}[3~", [.home, .end, .delete]), ("\u{1B}[1;5C\u{1B}b", [.wordRight, .wordLeft]),
        ("\u{1B}\r\u{1B}[13;2u", [.newLine, .newLine]),
        ("\u{1}\u{5}\u{17}", [.control("A"), .control("E"), .control("W")]),
        ("\u{7F}\u{8}", [.backspace, .backspace]),
        ("\u{1B}[200~a\r\nb\rc\u{1B}[31m\td\u{1B}[201~e", [.text("a\nb\nc[31m\td"), .text("e")]),
        ("\u{1B}\u{1B}[A", [.up]), ("\u{1B}[99;99Zx", [.unknown, .text("x")]), ("\u{1B}x", [.unknown]), ("\u{1B}[", []),
    ]

    @Test("are understood, however their bytes arrive", arguments: understood)
    func understands(_ row: (String, [Key])) {
        let bytes = Array(row.0.utf8)
        var whole = KeyDecoder()
        #expect(whole.feed(bytes) == row.1)
        var single = KeyDecoder()
        #expect(bytes.flatMap { single.feed([$0]) } == row.1)
    }

    @Test("that are no UTF-8 take nothing else with them")
    func broken() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0xFF, 0x61]) == [.text("a")])
        #expect(decoder.feed([0xE2, 0x82, 0x61]) == [.text("a")])
        #expect(decoder.feed([0xE2, 0x1B, 0x5B, 0x41]) == [.up])
        #expect(decoder.feed([0xC3] + Array("é".utf8)) == [.text("é")])
        let endless = [0x1B, 0x5B] + [UInt8](repeating: 0x31, count: 100) + [0x61]
        #expect(decoder.feed(endless).last == .text("a"))
    }

    @Test("pasted are bounded")
    func longPaste() {
        var decoder = KeyDecoder(longestPaste: 10)
        let keys = decoder.feed(Array("\u{1B}[200~\(String(repeating: "x", count: 1000))\u{1B}[201~y".utf8))
        #expect(keys == [.text("xxxxxxxxxx"), .text("y")])
    }
}

@Suite("A line being written")
struct LineEditorTests {
    /// What is there after keys, with `|` where the cursor is, and what the keys meant.
    private func write(
        _ typed: String, history: [String] = [], limit: Int = 1000
    ) -> (text: String, effects: [LineEditor.Effect]) {
        var decoder = KeyDecoder()
        var editor = LineEditor(history: history, limit: limit)
        let effects = decoder.feed(Array(typed.utf8)).compactMap { editor.press($0) }
        return (String(editor.text[..<editor.cursor]) + "|" + String(editor.text[editor.cursor...]), effects)
    }

    private static let left = "\u{1B}[D", up = "\u{1B}[A", down = "\u{1B}[B"
    private static let line = "\u{1B}\r"
    private static let rows: [(String, String)] = [
        ("abc", "abc|"), ("abc\(left)\(left)X", "aX|bc"), ("abc\u{1}X\u{5}Y", "XabcY|"),
        ("abc\u{7F}", "ab|"), ("日本\(left)\u{7F}", "|本"), ("e\u{301}\u{7F}", "|"), ("👩‍🚀\u{7F}", "|"),
        ("ab\u{1}\u{1B}[3~", "|b"), ("one two\u{17}X", "one X|"), ("one two  \u{17}", "one |"),
        ("one two\u{15}X", "X|"), ("one two\u{1}\u{1B}f\u{B}", "one|"), ("one\u{15}two \u{19}", "two one|"),
        ("a b\u{1B}b\u{1B}b\u{1B}d", "| b"), ("one\\\rtwo", "one\ntwo|"), ("one\u{1B}\rtwo", "one\ntwo|"),
        ("abc\(line)defg\(up)X", "abcX|\ndefg"), ("abcd\(line)ef\(up)\(down)X", "abcd\nefX|"),
        ("a\(line)b\u{1}X", "a\nX|b"),
        ("a\(line)b\u{15}", "a\n|"), ("a\(line)b\(up)\u{5}\u{B}", "a|b"), ("\u{1B}[200~x\ny\u{1B}[201~z", "x\nyz|"),
    ]

    @Test("is what the keys make of it", arguments: rows)
    func edits(_ row: (String, String)) {
        let result = write(row.0)
        #expect(result.text == row.1)
        #expect(result.effects.isEmpty)
    }

    private static let meanings: [(String, [LineEditor.Effect])] = [
        ("abc\r", [.submit("abc")]), ("\r", [.submit("")]), ("a\u{3}", [.cancel]), ("\u{4}", [.end]),
        ("a\u{4}", [.bell]),
        ("\u{C}\u{1A}", [.clearScreen, .suspend]), ("\u{7F}\(left)\t", [.bell, .bell, .bell]),
        ("one\\\rtwo\r", [.submit("one\ntwo")]),
    ]

    @Test("tells what some keys mean", arguments: meanings)
    func effects(_ row: (String, [LineEditor.Effect])) { #expect(write(row.0).effects == row.1) }

    @Test("may be one from the history, and what was being written is not lost")
    func history() {
        let past = ["first", "second\nline"]
        #expect(write("new\(Self.up)", history: past).text == "second\nline|")
        #expect(write("new\(Self.up)\(Self.up)\(Self.up)", history: past).text == "first|")
        #expect(write("new\u{10}\u{10}\u{E}\u{E}!", history: past).text == "new!|")
        #expect(write("\(Self.down)", history: past).effects == [.bell])
        #expect(write("\(Self.up)\r", history: ["x"]).effects == [.submit("x")])
    }

    @Test("is bounded")
    func bounded() {
        let result = write("\u{1B}[200~12345678\u{1B}[201~ab c", limit: 10)
        #expect(result.text == "12345678ab|" && result.effects == [.bell, .bell])
    }
}

@Suite("A line on the terminal")
struct LineViewTests {
    private func draw(_ text: String, cursor: Int? = nil, width: Int = 11, height: Int = 24) -> String {
        var view = LineView(prompt: "> ")
        return view.draw(Array(text), cursor: cursor ?? text.count, width: width, height: height)
    }

    @Test("is broken into rows by its width, with the cursor where it belongs")
    func rows() {
        #expect(draw("abc") == "\r\u{1B}[J> abc\r\u{1B}[5C")
        #expect(draw("abc", cursor: 0) == "\r\u{1B}[J> abc\r\u{1B}[2C")
        #expect(draw("12345678 0") == "\r\u{1B}[J> 12345678\r\n 0\r\u{1B}[2C")
        #expect(draw("12345678 0", cursor: 8) == "\r\u{1B}[J> 12345678\r\n 0\r")
        #expect(draw("日本語日本") == "\r\u{1B}[J> 日本語日\r\n本\r\u{1B}[2C")
        #expect(draw("a\nb", cursor: 1) == "\r\u{1B}[J> a\r\n… b\u{1B}[1A\r\u{1B}[3C")
    }

    @Test("is drawn over what was drawn before, harmless, and never higher than the terminal")
    func again() {
        var view = LineView(prompt: "> ")
        _ = view.draw(Array("a\nb\nc"), cursor: 5, width: 20, height: 24)
        #expect(view.draw([], cursor: 0, width: 20, height: 24) == "\u{1B}[2A\r\u{1B}[J> \r\u{1B}[2C")
        #expect(!draw("a\u{1B}[2J").contains("a\u{1B}"))
        let high = draw(String(repeating: "x\n", count: 100), height: 5)
        #expect(high.split(separator: "\r\n").count == 4)
    }
}

@Suite("What belongs to a chat")
struct ChatTests {
    @Test("is kept as it was, for the person only")
    func history() throws {
        var history = ChatHistory(path: nil)
        for text in ["one", "one", "two\nlines \\n", " secret", "", "\\"] { history.add(text) }
        #expect(history.entries == ["one", "two\nlines \\n", "\\"])
        #expect(ChatHistory.usualPath { $0 == "HOME" ? "/h" : nil } == "/h/.local/state/aiu/chat-history")
        #expect(ChatHistory.usualPath { $0 == "XDG_STATE_HOME" ? "/x" : "/h" } == "/x/aiu/chat-history")
        #expect(ChatHistory.usualPath { _ in nil } == nil)
    }

    private static let lines: [(String, ChatCommand?)] = [
        ("/help", .help), ("/file a b.csv ", .file("a b.csv")), ("/out", .out(nil)), ("/out ~/x", .out("~/x")),
        ("/trace", .trace), ("/NEW", .new), ("/conversations", .conversations), ("/memory", .memory),
        ("/resume c4", .resume("c4")),
        ("/model", .model(nil)), ("/model big", .model("big")), ("/quit", .quit), ("/exit", .quit), ("//x", nil),
        ("how", nil), ("/usr/bin\nis a folder", nil), (" /help", nil),
    ]

    @Test("are commands with a slash", arguments: lines)
    func commands(_ row: (String, ChatCommand?)) throws { #expect(try ChatCommand.read(row.0) == row.1) }

    @Test(
        "mistyped is answered with what was meant",
        arguments: [("/hlep", "/help"), ("/file", "which file"), ("/", "/help")])
    func wrong(_ row: (String, String)) {
        #expect {
            try ChatCommand.read(row.0)
        } throws: {
            Problem($0).message.contains(row.1)
        }
    }
}
