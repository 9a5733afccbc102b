/// What kind of file a tool works on, told by its name.
package struct FileKind: Sendable {
    /// For messages, such as "CSV file".
    package let title: String
    private let endings: Set<String>
    private let nameParts: [String]

    package init(_ title: String, _ endings: Set<String>, nameParts: [String] = []) {
        self.title = title
        self.endings = endings
        self.nameParts = nameParts
    }

    package static let table = FileKind("table", ["csv", "tsv", "tab", "psv"])
    package static let json = FileKind("JSON file", ["json", "geojson", "jsonld", "webmanifest"])
    package static let log = FileKind(
        "log", ["log", "journal"], nameParts: [".log.", "syslog", "_log", "-log", "messages", "dmesg"])
    package static let document = FileKind(
        "document", ["txt", "md", "markdown", "rst", "text", "html", "htm", "tex", "org", "adoc", "srt", "eml"])
    /// What sentences can be in: a document, or a table of them.
    package static let texts = FileKind(
        "document or table",
        ["txt", "md", "markdown", "rst", "text", "html", "htm", "tex", "org", "adoc", "eml", "csv", "tsv", "tab"])
    package static let program = FileKind(
        "program", ["py", "sh", "bash", "js", "mjs", "cjs", "lua", "c", "rb", "pl", "awk", "sed"])

    package func fits(_ name: String) -> Bool {
        let folded = name.lowercased()
        if let dot = folded.lastIndex(of: "."), endings.contains(String(folded[folded.index(after: dot)...])) {
            return true
        }
        return nameParts.contains { folded.contains($0) }
    }
}
