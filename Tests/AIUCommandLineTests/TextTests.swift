import AIUCommandLine
import Testing

@Suite("durations, sizes and widths")
struct TextTests {
    static let durations: [(String, Duration, String)] = [
        ("500ms", .milliseconds(500), "500ms"), ("30s", .seconds(30), "30s"), ("5m", .seconds(300), "5m"),
        ("1h", .seconds(3600), "1h"), ("1h30m", .seconds(5400), "1h30m"), ("90s", .seconds(90), "1m30s"),
        ("2d", .seconds(172_800), "2d"), ("0s", .zero, "0s"), ("1s500ms", .milliseconds(1500), "1s500ms"),
    ]

    @Test("durations are read and spelled", arguments: durations)
    func readsDuration(text: String, duration: Duration, spelled: String) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.spell(duration) == spelled)
    }

    static let wrongDurations = [
        "", "5", "s", "5 s", "-5s", "+5s", "1.5h", "5m1h", "1s1s", "5min", "5S", "99999999999999999999s",
        "9999999999999999d", "٣s", "5s ", String(repeating: "0", count: 50) + "s",
    ]

    @Test("what is no duration is refused", arguments: wrongDurations)
    func wrongDuration(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    static let sizes: [(String, UInt64?)] = [
        ("2GB", 2 << 30), ("512MiB", 512 << 20), ("1.5g", 3 << 29), ("64k", 65536), ("0", 0), ("7B", 7),
        ("1T", 1 << 40),
        ("18446744073709551615", .max), ("18446744073709551616", nil), ("", nil), ("GB", nil), ("1.GB", nil),
        (".5G", nil), ("-1", nil), ("1 GB", nil), ("1GBs", nil), ("1XB", nil), ("0.1B", nil), ("1\u{212A}", nil),
        ("16777216T", nil), ("1.1.1G", nil), ("1BB", nil), ("0.5K", 512),
    ]

    @Test("sizes are read", arguments: sizes)
    func readsSize(text: String, bytes: UInt64?) {
        #expect(SizeText.parse(text) == bytes)
        if let bytes { #expect(SizeText.parse(SizeText.spell(bytes)) == bytes) }
    }

    static let approximate: [(UInt64, String)] = [
        (0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1536, "1.5 KB"), (213 << 20, "213 MB"), (3 << 29, "1.5 GB"),
        (.max, "16777216 TB"),
    ]

    @Test("sizes are told about", arguments: approximate)
    func tellsSize(bytes: UInt64, text: String) {
        #expect(SizeText.approximate(bytes) == text)
    }

    static let ago: [(Int, String)] = [
        (0, "just now"), (4, "just now"), (5, "5 seconds ago"), (60, "1 minute ago"), (200, "3 minutes ago"),
        (3600, "1 hour ago"), (86_400 * 2, "2 days ago"), (86_400 * 45, "1 month ago"), (86_400 * 800, "2 years ago"),
        (-200, "in 3 minutes"), (-86_400, "in 1 day"),
    ]

    @Test("times are told about", arguments: ago)
    func tellsAge(seconds: Int, text: String) {
        #expect(DurationText.ago(.seconds(seconds)) == text)
    }

    static let elapsed: [(Duration, String)] = [
        (.microseconds(1240), "1.2 ms"), (.milliseconds(320), "320 ms"), (.milliseconds(4200), "4.2 s"),
        (.seconds(185), "3 min 5 s"), (.seconds(7380), "2 h 3 min"), (.seconds(-1), "0 ms"),
    ]

    @Test("how long things took", arguments: elapsed)
    func tellsElapsed(duration: Duration, text: String) {
        #expect(DurationText.elapsed(duration) == text)
    }

    static let widths: [(String, Int)] = [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("😀", 2), ("👩‍👩‍👧", 2), ("한", 2), ("", 0), ("ﾊ", 1), ("🇩🇪", 2),
    ]

    @Test("texts are as wide as a terminal shows them", arguments: widths)
    func width(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test("texts are cut at characters")
    func truncate() {
        #expect(DisplayWidth.truncate("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.truncate("日本語", to: 4) == "日…")
        #expect(DisplayWidth.truncate("abc", to: 3) == "abc")
        #expect(DisplayWidth.truncate("abc", to: 0) == "")
    }

    @Test("a terminal is told nothing but text")
    func safe() {
        #expect(SafeText.line("a\u{1B}[2Jb\n\u{9B}c\u{202E}d é") == "a\\u{1b}[2Jb\\n\\u{9b}c\\u{202e}d é")
    }
}
