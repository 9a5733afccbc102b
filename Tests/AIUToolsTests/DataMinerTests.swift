import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Testing

/// Groups, rules and outliers in tables.
@Suite struct DataMinerTests {
    private func withTable<Result>(_ name: String, _ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = "/tmp/aiu-miner-\(name).csv"
        defer { try? Files.remove(path) }
        try Files.replace(path, with: Array(text.utf8))
        return try body(path)
    }

    /// Three clouds of points.
    private var clouds: String {
        var numbers = TestNumbers(seed: 3)
        var text = "id,x,y,name\n"
        for index in 0..<150 {
            let (x, y) = [(0.0, 0.0), (50, 5), (10, 90)][index % 3]
            text += "\(index + 1),\(x + numbers.normal()),\(y + numbers.normal()),n\(index)\n"
        }
        return text
    }

    @Test("three clouds are three groups, asked for or not", arguments: [nil, 3] as [Int?])
    func clusters(count: Int?) throws {
        try withTable("clusters", clouds) { path in
            var arguments: JSON = ["operation": "clusters"]
            if let count { arguments["clusters"] = .integer(Int64(count)) }
            let value = try #require(try ToolCall.reply("data_miner", arguments, files: [path]).value)
            let groups = try #require(value["groups"]?.arrayValue)
            #expect(groups.map { $0["rows"]?.integerValue } == [50, 50, 50])
            #expect((value["silhouette"]?.numberValue ?? 0) > 0.9)
            let first = groups[0]["firstRows"]?.arrayValue?.compactMap(\.integerValue) ?? []
            #expect(Set(first.map { $0 % 3 }).count == 1, "a group is one cloud")
        }
    }

    @Test(
        "things that go together",
        arguments: [
            "items\nbread; butter; milk\nbread; butter\nbread; butter; jam\nbeer; crisps\nbeer; crisps; milk\nmilk\n",
            "order_id,item\n1,bread\n1,butter\n1,milk\n2,bread\n2,butter\n3,bread\n3,butter\n3,jam\n4,beer\n4,crisps\n5,beer\n5,crisps\n5,milk\n6,milk\n",
        ])
    func rules(table: String) throws {
        try withTable("rules", table) { path in
            let value = try #require(try ToolCall.reply("data_miner", ["operation": "rules"], files: [path]).value)
            let rules = try #require(value["rules"]?.arrayValue)
            #expect(value["baskets"]?.integerValue == 6)
            let beer = rules.first { $0["if"] == ["beer"] && $0["then"] == "crisps" }
            #expect(beer?["confidence"]?.numberValue == 1 && beer?["lift"]?.numberValue == 3)
            let bread = rules.first { $0["if"] == ["bread"] && $0["then"] == "butter" }
            #expect(isClose(bread?["support"]?.numberValue, 0.5) && isClose(bread?["lift"]?.numberValue, 2))
        }
    }

    @Test("values of columns that go together")
    func categories() throws {
        let rows = (0..<60).map { $0 % 2 == 0 ? "red,round,\($0 % 3)" : "blue,square,\($0 % 3)" }
        try withTable("categories", "colour,shape,size\n\(rows.joined(separator: "\n"))\n") { path in
            let text = try ToolCall.text(
                "data_miner", ["operation": "rules", "column": "colour and shape"], files: [path])
            #expect(text.contains("colour = red,shape = round,0.5,1,2"))
        }
    }

    @Test("values that stand out")
    func outliers() throws {
        var numbers = TestNumbers(seed: 11)
        var lines = ["day,price"]
        for index in 1...100 {
            lines.append("\(index),\(index == 40 ? 900 : index == 70 ? -400 : 50 + numbers.normal() * 3)")
        }
        try withTable("outliers", lines.joined(separator: "\n")) { path in
            let text = try ToolCall.text("data_miner", ["operation": "outliers", "column": "price"], files: [path])
            let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").first }
            #expect(rows == ["40", "70"])
        }
    }

    @Test(
        "what cannot be mined is said",
        arguments: [
            ("clusters", "a,b\nx,y\n", "'aiu-miner-bad.csv' has no columns of numbers"),
            ("clusters", "a\n1\n1\n1\n", "'aiu-miner-bad.csv' has 1 different rows"),
            ("outliers", "a\nx\n", "'aiu-miner-bad.csv' has no columns of numbers"),
            ("rules", "", "'aiu-miner-bad.csv' is empty"),
        ])
    func refusals(operation: String, table: String, start: String) throws {
        try withTable("bad", table) { path in
            let reply = try ToolCall.reply("data_miner", ["operation": .string(operation)], files: [path])
            #expect(
                reply.failure?.message.contains(start.split(separator: "'").last ?? "") == true,
                "\(reply.failure?.message ?? reply.text)")
        }
    }
}
