import AIUJSON
import AIUTools
import AIUWire
import Testing

@Suite("summarizer and sentiment")
struct LanguageToolTests {
    static let article = """
        # The river project

        The river project restores forty kilometres of the river valley. Dr. Smith of the U.S. institute leads the river
        project since 3 May 2021. Farmers gave land to the project. The restored valley holds back floods, and the river
        brings back fish. Yesterday it rained. A bakery in the town sells bread. Critics say that the project costs too much,
        about 3.5 million euros a year. The institute answers that floods in the valley cost ten times as much. Children from
        the town visit the river with their school. The project ends in 2030.

        ```
        code. is. left. out.
        ```
        """

    private func summary(_ arguments: JSON, _ content: String = article, name: String = "notes.md") throws -> ToolReply
    {
        try ScratchWorkspace.with { workspace in
            try workspace.file(name, content)
            return try WorkspaceCall(workspace: workspace).run(Summarizer(root: workspace.path), arguments)
        }
    }

    @Test("so many sentences of the text, in their order", arguments: [1, 2, 3, 5])
    func count(sentences: Int) throws {
        let reply = try summary(["sentences": .integer(Int64(sentences))])
        let lines = reply.text.split(separator: "\n").map(String.init)
        #expect(lines.count == sentences)
        let places = lines.compactMap { line in Self.article.collapsed.firstRange(of: line)?.lowerBound }
        #expect(places.count == sentences)
        #expect(places == places.sorted())
        #expect(!reply.text.contains("bakery") && !reply.text.contains("rained") && !reply.text.contains("code"))
    }

    @Test("what is short stays, what is nothing is refused")
    func edges() throws {
        #expect(try summary(["text": "One sentence only."]).text == "One sentence only.")
        #expect(try summary(["text": "Erstens z.B. dies. Am 3. Mai kam Dr. Meier.", "sentences": 5]).value?["of"] == 2)
        #expect(failure { _ = try summary([:], "") } == "'notes.md' has no sentences to summarise.")
        #expect(failure { _ = try summary([:], "# only\n\n```\ncode\n```\n") } != nil)
        let page =
            "<html><head><title>t</title></head><body><script>x.y()</script><p>Eins &amp; zwei sind drei.</p></body>"
        #expect(try summary([:], page, name: "a.html").text == "Eins & zwei sind drei.")
        #expect(
            try summary(["sentences": 2], String(repeating: "Same thing here. ", count: 3000)).text.contains("Same"))
    }

    @Test(
        "what texts feel like",
        arguments: [
            ("I love this phone, it is absolutely great!", "positive"), ("This is the worst service ever.", "negative"),
            ("The parcel arrived on Tuesday.", "neutral"), ("The food is not good.", "negative"),
            ("not bad at all", "positive"), ("It was good but the room was terrible", "negative"),
            ("great :)", "positive"),
            ("Das Hotel war sehr schön und das Personal freundlich.", "positive"),
            ("Das gefällt mir nicht.", "negative"),
            ("Leider ist das Gerät kaputt, ich bin enttäuscht.", "negative"),
            ("C'est magnifique, j'adore !", "positive"),
            ("Je n'aime pas ce restaurant, c'est nul.", "negative"), ("Me encanta, es excelente", "positive"),
            ("El servicio es pésimo y muy lento", "negative"), ("Servizio ottimo e camera pulita", "positive"),
            ("Che delusione, cibo pessimo", "negative"), ("Péssimo atendimento, não recomendo", "negative"),
            ("Adorei, ótimo produto", "positive"), ("Heel lekker en gezellig", "positive"),
            ("Wat een slechte film", "negative"),
            ("Bardzo dobra obsługa, polecam", "positive"), ("Fatalna jakość, nie polecam", "negative"),
            ("❤️", "positive"),
        ])
    func feelings(text: String, label: String) throws {
        try ScratchWorkspace.with { workspace in
            let reply = try WorkspaceCall(workspace: workspace).run(
                Sentiment(root: workspace.path), ["text": .string(text)])
            #expect(reply.text == label, "\(reply.value?.text() ?? "")")
        }
    }

    @Test("a column of texts")
    func columns() throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file(
                "reviews.csv", "id,review\n1,I love it\n2,\"terrible, just awful\"\n3,\n4,it is a chair\n5,very good\n")
            let call = WorkspaceCall(workspace: workspace)
            let expected = "sentiment,rows,percent\npositive,2,50\nnegative,1,25\nneutral,1,25\n"
            #expect(try call.run(Sentiment(root: workspace.path), ["column": "reviews"]).text == expected)
            #expect(try call.run(Sentiment(root: workspace.path), ["file": "reviews.csv"]).text == expected)
            try workspace.file("letter.txt", "Thank you so much. The trip was wonderful.")
            #expect(try call.run(Sentiment(root: workspace.path), ["file": "letter"]).text == "positive")
            try workspace.file("empty.txt", "")
            #expect(
                failure { _ = try call.run(Sentiment(root: workspace.path), ["file": "empty.txt"]) }
                    == "'empty.txt' has no text in it.")
        }
    }
}
