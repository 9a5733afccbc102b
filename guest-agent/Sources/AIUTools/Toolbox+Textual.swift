extension Toolbox {
    /// Files, language and programs.
    static let textual: [any Tool.Type] = [
        CSVTool.self, FileBrowser.self, CodeRunner.self, Shell.self, LogAnalyzer.self, JSONTool.self, Summarizer.self,
        Sentiment.self, TextSearch.self,
    ]
}
