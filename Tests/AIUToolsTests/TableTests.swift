import AIUTools
import AIUWire
import Testing

@Suite("tables and what people call their parts")
struct TableTests {
    @Test(
        "numbers as they are written",
        arguments: [
            ("12", 12), ("-3.5", -3.5), ("1,234.50", 1234.5), ("$1,234", 1234), ("€ 5", 5), ("5 €", 5), ("-€5", -5),
            ("(12.5)", -12.5), ("12%", 12), ("1e3", 1000), ("12-", -12), ("−7", -7), ("1 234 567", 1_234_567),
            ("1'000", 1000), ("CHF 12.50", 12.5), ("12.50 EUR", 12.5), (".5", 0.5), ("5.", 5), ("+4", 4),
            ("123456789012345678901", 1.2345678901234568e20), ("12,34,567", 1_234_567),
        ])
    func numbers(text: String, value: Double) {
        #expect(TableNumber.parse(text)?.value == value)
    }

    @Test("numbers with decimal commas", arguments: [("12,5", 12.5), ("1.234,50", 1234.5), ("1.234", 1234), ("7", 7)])
    func commas(text: String, value: Double) {
        #expect(TableNumber.parse(text, .comma)?.value == value)
    }

    @Test(
        "what is no number",
        arguments: [
            "", "abc", "12 apples", "1,5", "1.2.3", "2024-05-01", "A12", "-", "1-2", "e5", "12:30", "--5-", "1e",
            "0x10",
            "192.168.1.1", "+-", "(", "%",
        ])
    func noNumbers(text: String) {
        #expect(TableNumber.parse(text) == nil)
    }

    @Test(
        "which sign parts fractions is seen in the column",
        arguments: [
            (["1,5", "2,25"], NumberStyle.comma), (["1.5", "2.25"], .point), (["1,234", "5,678"], .point),
            (["1.234,5", "7"], .comma), (["1,234.5"], .point), (["1.234.567"], .comma), (["12", "13"], .point),
            (["0,5", "1,234"], .comma),
        ])
    func styles(texts: [String], style: NumberStyle) {
        #expect(NumberStyle(sniffing: texts) == style)
    }

    @Test(
        "columns by loose words",
        arguments: [
            ("price", 1), ("PRICE", 1), ("Unit Price", 1), ("unit_price", 1), ("unit prices", 1),
            ("the price column", 1),
            ("unitprice", 1), ("quantity", 2), ("Quantities", 2), ("quantty", 2), ("größe", 3), ("grosse", 3), ("4", 3),
            ("third", 2), ("last", 4), ("C", 2), ("order date", 4), ("ordered", 4), ("cust", 0),
        ])
    func columns(text: String, place: Int) throws {
        let names = ["Customer", "Unit Price", "quantity", "Größe", "orderDate"]
        if text == "ordered" {
            #expect(throws: ToolReply.Failure.self) { try ColumnChoice.one(text, in: names, of: "t.csv") }
        } else {
            #expect(try ColumnChoice.one(text, in: names, of: "t.csv") == place)
        }
    }

    @Test("a word that fits several columns names them")
    func ambiguous() throws {
        let error = #expect(throws: ToolReply.Failure.self) {
            try ColumnChoice.one("price", in: ["Unit Price", "Total Price", "id"], of: "t.csv")
        }
        #expect(error?.message == "'price' could be several columns of t.csv: Unit Price and Total Price.")
        let absent = #expect(throws: ToolReply.Failure.self) {
            try ColumnChoice.one("weight", in: ["name", "id"], of: "t.csv")
        }
        #expect(absent?.message == "t.csv has no column 'weight'; its columns are name and id.")
    }

    @Test(
        "several columns in one text",
        arguments: [
            ("name and price", [0, 1]), ("price, name", [1, 0]), ("name, price and id", [0, 1, 2]),
            ("name price", [0, 1]), ("first name", [3]), ("all", [0, 1, 2, 3]), ("price und id", [1, 2]),
        ])
    func several(text: String, places: [Int]) throws {
        #expect(try ColumnChoice.several(text, in: ["name", "price", "id", "First Name"], of: "t.csv") == places)
    }

    @Test("columns are named and judged from the beginning of the file")
    func shapes() throws {
        try ScratchWorkspace.with { workspace in
            let table = try Table(
                path: workspace.file("a.csv", "name;price;when\nx;1,5;1.2.2024\ny;2,5;13.2.2024\n"), name: "a.csv")
            #expect(table.names == ["name", "price", "when"])
            #expect(table.columns.map(\.kind) == [.text, .number, .date])
            #expect(try table.numbers(in: 1).values == [1.5, 2.5])
            let bare = try Table(path: workspace.file("b.csv", "1,2\n3,4\n"), name: "b.csv")
            #expect(bare.names == ["column 1", "column 2"])
            #expect(try bare.numbers(in: 0).values == [1, 3])
            let years = try Table(path: workspace.file("c.csv", "city,2023,2024\nBonn,5,6\n"), name: "c.csv")
            #expect(years.names == ["city", "2023", "2024"])
            #expect(throws: ToolReply.Failure.self) { try Table(path: workspace.file("d.csv", ""), name: "d.csv") }
        }
    }

    @Test(
        "dates and times",
        arguments: [
            ("2024-05-03", "2024-05-03 00:00:00"), ("2024-05-03T14:02:09Z", "2024-05-03 14:02:09"),
            ("2024/05/03 14:02", "2024-05-03 14:02:00"), ("3.5.2024", "2024-05-03 00:00:00"),
            ("3 May 2024", "2024-05-03 00:00:00"), ("May 3, 2024", "2024-05-03 00:00:00"),
            ("3. März 2024", "2024-03-03 00:00:00"), ("3 de mayo de 2024", "2024-05-03 00:00:00"),
            ("5/3/2024", "2024-05-03 00:00:00"), ("13/5/2024", "2024-05-13 00:00:00"),
            ("2024-05-03 2:05 pm", "2024-05-03 14:05:00"), ("03-May-24", "-"), ("2024-02-30", "-"), ("12.50", "-"),
            ("192.168.1.1", "-"), ("hello world", "-"), ("2024-05-03T14:02:09.123+02:00", "2024-05-03 14:02:09"),
        ])
    func dates(text: String, expected: String) {
        #expect(DateText.parse(text).map { "\($0.moment)" } ?? "-" == expected)
    }
}
