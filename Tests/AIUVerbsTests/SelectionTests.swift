import AIUCommandLine
import AIUModel
import AIUSystem
import AIUVerbs
import Glibc
import Testing

@Suite("Which VMs a verb is for")
struct SelectionTests {
    private func read(_ words: String...) throws -> Selection {
        let parsed = try arguments(words)
        return try Selection.read(parsed, names: parsed.arguments("vm"))
    }

    @Test("is what was typed")
    func reads() throws {
        let names = try ["b", "a"].map { try #require(VMName($0)) }
        #expect(try read("start", "b", "a", "b") == .named(names))
        #expect(try read("stop", "--all") == .all)
        #expect(try read("pause", "-l", "a=1", "-l", "b=2") == .labelled(try LabelSelector(parsing: "a=1,b=2")))
    }

    private static let wrong: [([String], Int32)] = [
        (["start"], 64),  // nobody
        (["start", "a", "--all"], 64), (["stop", "--all", "-l", "a=1"], 64),  // two ways at once
        (["stop", "-l", "a"], 64), (["stop", "-l", "a=1", "-l", "a=2"], 64),  // no selector
        (["delete", "Bad"], 65),
    ]

    @Test("that is unclear is refused", arguments: wrong)
    func refuses(_ row: ([String], Int32)) throws {
        let parsed = try arguments(row.0)
        #expect {
            _ = try Selection.read(parsed, names: parsed.arguments("vm"))
        } throws: {
            Problem($0).status == row.1
        }
    }
}

@Suite("Words that are labels")
struct LabelWordsTests {
    @Test("set and remove")
    func reads() throws {
        let words = try LabelWords(["a=1", "b=", "c-"])
        #expect(words.set == ["a": "1", "b": ""] && words.removed == ["c"])
        #expect(["a=", "a-", "=", "-"].allSatisfy(LabelWords.isLabel))
        #expect(!LabelWords.isLabel("notes-2"))
    }

    private static let wrong: [([String], Int32)] = [
        (["a"], 64), (["a=1", "a=2"], 64), (["a=1", "a-"], 64), (["a-", "a-"], 64), (["=1"], 65), (["-"], 65),
        (["a b=1"], 65), (["a=\u{1B}"], 65), (["a=b=c"], 65),
    ]

    @Test("that are none are refused", arguments: wrong)
    func refuses(_ row: ([String], Int32)) {
        #expect {
            try LabelWords(row.0)
        } throws: {
            Problem($0).status == row.1
        }
    }
}

@Suite("A file in the making")
struct PartialFileTests {
    private static func inFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/verbs-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        try Files.makeFolder(folder)
        let result = Result { try body(folder) }
        try Files.removeTree(folder)
        try result.get()
    }

    @Test("has its name only when it is complete, and nobody else may read it")
    func complete() throws {
        try Self.inFolder { folder in
            let file = try PartialFile(folder, defaultName: "demo.aiu", mayReplace: false)
            #expect(file.path == "\(folder)/demo.aiu")
            try file.write([1, 2])
            #expect(!Files.exists(file.path))
            try file.finish()
            #expect(try Files.read(file.path) == [1, 2])
            #expect(try Files.names(in: folder) == ["demo.aiu"])
            #expect(try Files.metadata(file.path).st_mode & 0o777 == 0o600)
        }
    }

    @Test("leaves nothing when it is given up, and what was there stays")
    func givenUp() throws {
        try Self.inFolder { folder in
            let target = "\(folder)/x"
            try Files.replace(target, with: [9])
            do {
                let file = try PartialFile(target, defaultName: "y", mayReplace: true)
                try file.write([1])
            }
            #expect(try Files.names(in: folder) == ["x"])
            #expect(try Files.read(target) == [9])
        }
    }

    @Test("does not replace what is there, nor what is no file")
    func refuses() throws {
        try Self.inFolder { folder in
            try Files.replace("\(folder)/x", with: [9])
            #expect(unsafe symlink("/dev/null", "\(folder)/link") == 0)
            for (target, replace) in [("\(folder)/x", false), ("\(folder)/link", true), ("/dev/null", true)] {
                #expect {
                    _ = try PartialFile(target, defaultName: "y", mayReplace: replace)
                } throws: {
                    Problem($0).status == 73
                }
            }
            #expect {
                _ = try PartialFile("\(folder)/none/x", defaultName: "y", mayReplace: false)
            } throws: {
                Problem($0).status == 66
            }
        }
    }
}
