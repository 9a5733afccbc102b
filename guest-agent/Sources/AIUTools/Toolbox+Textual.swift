extension Toolbox {
    /// Files, language and programs.
    static let textual: [any Tool.Type] = [CSVTool.self]
}
