import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc
import Testing

@Suite("text_search")
struct TextSearchTests {
    private static let noMeaning = Meaning { _ in nil }

    private func with(_ body: (ScratchWorkspace, (JSON) throws -> ToolReply) throws -> Void) throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file("notes/trip.md", "# Trip\n\nWe fly to Kraków in May.\nThe hotel is booked.\n")
            try workspace.file(
                "policy.txt", "Introduction\n\nEvery employee has 30 vacation days.\nUnused days expire in March.\n")
            try workspace.file("latin.txt", bytes: Array("Stra".utf8) + [0xDF] + Array("e gesperrt".utf8))
            try workspace.file("picture.bin", bytes: [0, 1, 2, 3, 0, 255])
            try body(workspace) { arguments in
                try WorkspaceCall(workspace: workspace).run(
                    TextSearch(root: workspace.path, meaning: Self.noMeaning), arguments)
            }
        }
    }

    @Test(
        "found with file and line",
        arguments: [
            ("vacation", "policy.txt:3: Every employee has 30 vacation days."),
            ("vacation day", "policy.txt:3: Every employee has 30 vacation days."),
            ("krakow", "notes/trip.md:3: We fly to Kraków in May."),
            ("what is booked", "notes/trip.md:4: The hotel is booked."),
            ("\"fly to Kraków\"", "notes/trip.md:3: We fly to Kraków in May."),
            ("straße", "latin.txt:1: Straße gesperrt"),
            ("unicorn", ""), ("employees", "policy.txt:3: Every employee has 30 vacation days."), ("a\" OR \"b", ""),
            ("NEAR(", ""),
        ])
    func found(query: String, expected: String) throws {
        try with { _, call in
            let text = try call(["query": .string(query)]).text
            #expect(text == expected)
        }
    }

    @Test("the index follows the files")
    func changes() throws {
        try with { workspace, call in
            #expect(try call(["query": "zebra"]).value?["files"] == 3)
            try workspace.file("new.txt", "a zebra\n")
            #expect(try call(["query": "zebra"]).text == "new.txt:1: a zebra")
            try workspace.file("new.txt", "no more\n")
            #expect(try call(["query": "zebra"]).text == "")
            try Files.remove("\(workspace.path)/policy.txt")
            #expect(try call(["query": "vacation"]).text == "")
            #expect(try call(["query": "hotel", "path": "notes"]).text.hasPrefix("notes/trip.md:4"))
            #expect(try call(["query": "more", "path": "notes"]).text == "")
            #expect(failure { _ = try call(["query": "x", "path": "../.."]) }?.contains("outside") == true)
            #expect(failure { _ = try call(["query": "???"]) } == "'???' has no word that could be looked for.")
        }
    }

    @Test("a broken index is made again, and a link in its place is not followed")
    func broken() throws {
        try with { workspace, call in
            _ = try call(["query": "hotel"])
            try workspace.file(".cache/aiu/search.db", "this is no database, but long enough to be taken for one…")
            #expect(try call(["query": "hotel"]).text.hasPrefix("notes/trip.md:4"))
            try Files.remove("\(workspace.path)/.cache/aiu/search.db")
            unsafe symlink("\(workspace.path)/policy.txt", "\(workspace.path)/.cache/aiu/search.db")
            #expect(failure { _ = try call(["query": "hotel"]) } != nil)
            #expect(try workspace.text("policy.txt").hasPrefix("Introduction"))
        }
    }
}
