import AIUJSON
import AIUSystem
import Testing

/// What a person types, what comes with it, which tool answers, and words of the answer.
private struct Question {
    let prompt: String
    let file: String?
    let tool: String
    let words: [String]
    let sensitive: Bool

    init(_ prompt: String, with file: String? = nil, _ tool: String, _ words: String..., sensitive: Bool = false) {
        self.prompt = prompt
        self.file = file
        self.tool = tool
        self.words = words
        self.sensitive = sensitive
    }
}

@Suite("real VMs: every tool of the small image", .serialized, .enabled(if: Machine.isAvailable))
struct ToolPromptTests {
    private static let files: [String: String] = [
        "orders.csv": "id,Customer,Unit Price,qty\n1,Ann,12.50,2\n2,Bob,7.25,1\n3,Cy,20.00,4\n",
        "people.csv": "name,height,weight\n"
            + (0..<40).map { "p\($0),\(150 + $0),\(50 + $0 + $0 % 3)\n" }.joined() + "odd,170,400\n",
        "data.json": #"{"users": [{"name": "Zoe"}, {"name": "Max"}]}"#,
        "story.txt":
            "The warranty of the machine lasts two years. It covers all parts except the battery. The battery has "
            + "its own warranty of six months. Customers must register within thirty days.\n",
        "reviews.csv":
            "id,comment\n1,I love it\n2,\"Terrible, broke after a day\"\n3,Wonderful and very good quality\n",
        "server.log": (10..<40).map { "2026-11-20T10:\($0):00Z \($0 % 10 == 0 ? "ERROR disk full" : "INFO served")\n" }
            .joined(),
        "sales.csv": "month,sales\n" + (0..<24).map { "\(2024 + $0 / 12)-\($0 % 12 + 1),\(100 + 3 * $0)\n" }.joined(),
    ]

    private static let questions = [
        Question("what's 17.5% of 248?", "calculator", "43.4"),
        Question("multiply 6 by 7", "calculator", "42"),
        Question("area under x^2 from 0 to 3", "integrator", "9"),
        Question("solve x^2 - 5x + 6 = 0", "algebra_solver", "2", "3"),
        Question("standard deviation of 4, 8, 15, 16, 23, 42", "statistics", "13.49"),
        Question("average of the price column", with: "orders.csv", "csv", "13.25"),
        Question("get users[0].name from data.json", with: "data.json", "json", "Zoe"),
        Question("summarise story.txt in two sentences", with: "story.txt", "summarizer", "battery"),
        Question("which documents mention the warranty?", "text_search", "story.txt"),
        Question("are the comments in reviews.csv positive?", with: "reviews.csv", "sentiment", "positive"),
        Question("which files are the biggest?", "file_browser", "story.txt"),
        Question("run this Python: print(sum(range(10)))", "code_runner", "45", sensitive: true),
        Question("run uname -a", "shell", "Linux", sensitive: true),
        Question("how much memory is free?", "process_monitor", "MiB"),
        Question("errors in server.log", with: "server.log", "log_analyzer", "disk full"),
        Question("anything unusual in the weight column of people.csv?", with: "people.csv", "data_miner", "400"),
        Question("forecast the next 3 months of sales.csv", with: "sales.csv", "trend_analyzer", "172"),
        Question("how fast is the cpu?", "benchmark_suite", "cpu"),
    ]

    @Test("answers what people ask")
    func answers() throws {
        let machine = try Machine()
        for (name, text) in Self.files { try Files.replace("\(machine.state)/\(name)", with: Array(text.utf8)) }
        try machine.succeed("launch", "tools")
        for question in Self.questions {
            var arguments = ["prompt", "tools", question.prompt, "--json"]
            if let file = question.file { arguments += ["--file", "\(machine.state)/\(file)"] }
            if question.sensitive { arguments.append("--yes") }
            let result = try machine.aiu(arguments)
            #expect(result.status == 0, "\(question.prompt): \(result.errors)")
            let answer = try JSON(parsing: Array(result.output.utf8))
            #expect(answer["calls"]?[0]?["tool"]?.stringValue == question.tool, "\(question.prompt)")
            let text = answer["text"]?.stringValue ?? ""
            for word in question.words { #expect(text.contains(word), "\(question.prompt): \(text)") }
        }
        // The tools that were asked are those that the image says it can run.
        let listed = try JSON(parsing: Array(try machine.succeed("tool", "ls", "tools", "--json").utf8))
        let available = (listed.arrayValue ?? []).filter { $0["available"] == true }.compactMap {
            $0["name"]?.stringValue
        }
        #expect(Set(Self.questions.map(\.tool)) == Set(available))
        try machine.succeed("delete", "--force", "--purge", "tools")
    }
}
