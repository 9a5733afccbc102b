import AIUJSON
import AIUTools
import AIUWire
import Testing

@Suite("csv")
struct CSVToolTests {
    static let orders = """
        Order ID,Customer,Unit Price,Quantity,Country,Date
        1,Ann,19.99,2,Germany,2024-01-05
        2,Bob,"1,250.00",1,France,2024-02-10
        3,Cid,5.01,10,Germany,2024-02-11
        4,Dee,n/a,3,Spain,2024-03-01
        5,Eva,75,4,france,2023-12-24

        """

    private func text(_ arguments: JSON, _ content: String = orders) throws -> String {
        try ScratchWorkspace.with { workspace in
            try workspace.file("orders.csv", content)
            return try WorkspaceCall(workspace: workspace).run(CSVTool(root: workspace.path), arguments).text
        }
    }

    @Test(
        "the answers",
        arguments: [
            (["operation": "columns"], "Order ID\nCustomer\nUnit Price\nQuantity\nCountry\nDate"),
            (["operation": "count"], "5"),
            (["operation": "average", "column": "price"], "337.5"),
            (["operation": "sum", "column": "unit_price"], "1350"),
            (["operation": "minimum", "column": "Price"], "5.01"),
            (["operation": "maximum", "column": "quantity"], "10"),
            (["operation": "median", "column": "quantity"], "3"),
            (["operation": "median", "column": "unit price"], "47.495"),
            (["operation": "maximum", "column": "date"], "2024-03-01"),
            (["operation": "minimum", "column": "customer"], "Ann"),
            (["operation": "distinct", "column": "customer"], "Ann\nBob\nCid\nDee\nEva"),
            (
                ["operation": "average", "column": "price and quantity"],
                "column,average\nUnit Price,337.5\nQuantity,4\n"
            ),
            (
                ["operation": "sum", "column": "quantity", "group_by": "country"],
                "Country,sum of Quantity\nGermany,12\nFrance,1\nSpain,3\nfrance,4\n"
            ),
            (
                ["operation": "sum", "column": "quantity", "group_by": "country", "order": "descending", "limit": "2"],
                "Country,sum of Quantity\nGermany,12\nfrance,4\n"
            ),
            (["operation": "count", "group_by": "Country", "limit": "1"], "Country,count\nGermany,2\n"),
            (
                ["operation": "sort", "column": "price", "order": "descending", "limit": "2"],
                "Order ID,Customer,Unit Price,Quantity,Country,Date\n2,Bob,\"1,250.00\",1,France,2024-02-10\n"
                    + "5,Eva,75,4,france,2023-12-24\n"
            ),
            (
                ["operation": "rows", "column": "customer, price", "limit": "2"],
                "Customer,Unit Price\nAnn,19.99\nBob,\"1,250.00\"\n"
            ),
            (["operation": "count", "where_column": "country", "where_test": "equals", "where_value": "france"], "2"),
            (
                ["operation": "count", "where_column": "country", "where_test": "not_equals", "where_value": "France"],
                "3"
            ),
            (["operation": "count", "where_column": "price", "where_test": "greater", "where_value": "19.99"], "2"),
            (["operation": "count", "where_column": "price", "where_test": "at_least", "where_value": "$19.99"], "3"),
            (["operation": "count", "where_column": "quantity", "where_test": "less", "where_value": "three"], "2"),
            (
                ["operation": "count", "where_column": "quantity", "where_test": "at_most", "where_value": "3 pieces"],
                "3"
            ),
            (["operation": "count", "where_column": "customer", "where_test": "contains", "where_value": "E"], "2"),
            (["operation": "count", "where_column": "price", "where_test": "empty"], "1"),
            (
                ["operation": "count", "where_column": "date", "where_test": "at_least", "where_value": "1 Feb 2024"],
                "3"
            ),
            (["operation": "count", "column": "price"], "4"), (["operation": "count", "column": "orders"], "5"),
        ] as [([String: String], String)])
    func answers(arguments: [String: String], expected: String) throws {
        let members = arguments.sorted { $0.key < $1.key }.map { name, value -> JSON.Member in
            .init(name, name == "limit" ? .integer(Int64(value) ?? 0) : .string(value))
        }
        #expect(try text(.object(members)) == expected)
    }

    @Test("values for programs name the row of an extreme")
    func values() throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file("orders.csv", Self.orders)
            let reply = try WorkspaceCall(workspace: workspace).run(
                CSVTool(root: workspace.path), ["operation": "maximum", "column": "price"])
            #expect(reply.value?["value"] == .integer(1250) || reply.value?["value"] == .number(1250))
            #expect(reply.value?["row"]?["Customer"] == "Bob")
            #expect(reply.phrase?.name == "csv.maximum")
        }
    }

    @Test("JSON keeps what is no plain number as text")
    func json() throws {
        let made = try text(
            ["operation": "to_json"], "id,zip,price,ok,name\n1,007,1.50,true,\n2,100,2.5,no,\"a \"\"b\"\"\"\n")
        #expect(
            try JSON(parsing: made)
                == [
                    ["id": 1, "zip": "007", "price": "1.50", "ok": true, "name": .null],
                    ["id": 2, "zip": 100, "price": 2.5, "ok": "no", "name": "a \"b\""],
                ])
    }

    @Test(
        "what cannot be done is said in one sentence",
        arguments: [
            (
                ["operation": "average", "column": "customer"],
                "'Customer' of orders.csv holds no numbers; columns with numbers are Order ID, Unit Price and Quantity."
            ),
            (
                ["operation": "average"],
                "Which column of orders.csv is meant? There are Order ID, Unit Price and Quantity."
            ),
            (
                ["operation": "average", "column": "weight"],
                "orders.csv has no column 'weight'; its columns are Order ID, Customer, Unit Price, Quantity, Country and Date."
            ),
            (
                [
                    "operation": "average", "column": "price", "where_column": "country", "where_test": "equals",
                    "where_value": "Italy",
                ], "orders.csv has no row in which 'Country' is 'Italy'."
            ),
            (
                ["operation": "count", "where_column": "price", "where_test": "greater", "where_value": "cheap"],
                "'cheap' is no number that the values of 'Unit Price' could be compared with."
            ),
            (
                ["operation": "count", "file": "order.csv"],
                "There is no file 'order.csv' in the workspace; did you mean 'orders.csv'?"
            ),
            (
                ["operation": "count", "file": "../../etc/passwd"],
                "\"../../etc/passwd\" is outside the workspace, which is all that tools may use."
            ),
        ] as [([String: String], String)])
    func failures(arguments: [String: String], expected: String) throws {
        let members = arguments.map { JSON.Member($0.key, .string($0.value)) }
        #expect(failure { _ = try text(.object(members)) } == expected)
    }

    @Test("a long result goes into a file, sorted in runs when it is longer than memory may hold")
    func long() throws {
        try ScratchWorkspace.with { workspace in
            var random = SeededGenerator(seed: 7)
            var content = "n,text\n"
            let values = (0..<5000).map { _ in Int.random(in: 0..<1000, using: &random) }
            for value in values { content += "\(value),\(String(repeating: "x", count: 20))\n" }
            try workspace.file("big.csv", content)
            let reply = try WorkspaceCall(workspace: workspace).run(
                CSVTool(root: workspace.path), ["operation": "sort", "column": "n"])
            #expect(reply.files == ["\(workspace.path)/results/big-sorted.csv"])
            let lines = try workspace.text("results/big-sorted.csv").split(separator: "\n").dropFirst()
            #expect(lines.compactMap { Int($0.prefix { $0 != "," }) } == values.sorted())
        }
    }

    @Test("sorting by several columns, words and empty values keeps rows whole and last what is empty")
    func sorting() throws {
        let content = "city,n\nbonn,2\nAachen,10\n,1\nBonn,1\n\"a, \"\"b\"\"\",x\n"
        #expect(
            try text(["operation": "sort", "column": "city and n"], content)
                == "city,n\n\"a, \"\"b\"\"\",x\nAachen,10\nBonn,1\nbonn,2\n,1\n")
        #expect(
            try text(["operation": "sort", "column": "n", "order": "descending"], content)
                == "city,n\n\"a, \"\"b\"\"\",x\nAachen,10\nbonn,2\n,1\nBonn,1\n")
    }

    @Test("sums are exact")
    func exact() throws {
        var content = "price\n"
        for _ in 0..<1000 { content += "0.1\n0.01\n" }
        #expect(try text(["operation": "sum", "column": "price"], content) == "110")
        #expect(try text(["operation": "average"], content) == "0.055")
    }

    @Test("the middle of many values is found by counting", arguments: [1, 2, 9, 10, 1000])
    func medians(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        var values = (0..<count).map { _ in Double(Int.random(in: -50...50, using: &random)) / 4 }
        let search = MedianSearch(mostValues: 3) { each throws(ToolReply.Failure) in
            for value in values { each(value) }
        }
        let found = try search.find()?.median
        values.sort()
        #expect(found == (values[(count - 1) / 2] + values[count / 2]) / 2)
    }
}
