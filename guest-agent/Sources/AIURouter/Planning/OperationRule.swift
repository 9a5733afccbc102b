/// Which arguments an operation of a tool takes, and without which it can hardly be meant.
///
/// The same table as model/router/operations.json, by which model/router/decode.py reads plans.
struct OperationRule: Equatable, Sendable {
    let takes: [String]
    let needs: Set<String>

    /// The rules of a tool by its operations; nil for a tool without any.
    static func rules(of tool: String) -> [String: OperationRule]? { table[tool] }

    /// Where a tool's data comes from: not from the prompt and from a file at once. Each time one of the two is left out.
    static let sources: [String: [Set<String>]] = {
        let texts: [Set<String>] = [["text"], ["file", "column"]]
        let programs: [Set<String>] = [["code"], ["file"]]
        let numbers: [Set<String>] = [["values", "other_values"], ["file", "column", "other_column"]]
        return [
            "json": texts, "summarizer": texts, "translator": texts, "sentiment": texts, "tts": texts,
            "report_generator": texts, "code_runner": programs, "code_debugger": programs, "statistics": numbers,
            "trend_analyzer": numbers,
        ]
    }()

    /// - Parameter text: Names of arguments; a plus before those that are needed.
    private init(_ text: String) {
        let words = text.split(separator: " ")
        takes = words.map { String($0.hasPrefix("+") ? $0.dropFirst() : $0) }
        needs = Set(words.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
    }

    private static let table = texts.mapValues { $0.mapValues { OperationRule($0) } }

    private static let texts: [String: [String: String]] = [
        "statistics": [
            "describe": "values file column",
            "mean": "values file column",
            "median": "values file column",
            "mode": "values file column",
            "standard_deviation": "values file column",
            "variance": "values file column",
            "quartiles": "values file column",
            "correlation": "values other_values file column other_column",
            "regression": "values other_values file column other_column",
            "t_test": "values other_values file column other_column",
            "anova": "values other_values file column other_column",
            "chi_square": "values other_values file column other_column",
        ],
        "csv": [
            "columns": "file",
            "rows": "file column where_column where_test where_value limit",
            "count": "file group_by where_column where_test where_value",
            "sum": "file +column group_by where_column where_test where_value",
            "average": "file +column group_by where_column where_test where_value",
            "minimum": "file +column group_by where_column where_test where_value",
            "maximum": "file +column group_by where_column where_test where_value",
            "median": "file +column group_by where_column where_test where_value",
            "distinct": "file +column where_column where_test where_value",
            "sort": "file +column where_column where_test where_value order limit",
            "to_json": "file where_column where_test where_value limit",
        ],
        "json": [
            "get": "file text +path",
            "keys": "file text path",
            "count": "file text path",
            "set": "file text +path +value",
            "delete": "file text +path",
            "validate": "file text schema",
            "format": "file text",
            "to_csv": "file text path",
        ],
        "pdf": [
            "text": "file pages",
            "tables": "file pages",
            "metadata": "file",
        ],
        "excel": [
            "sheets": "file",
            "cells": "file sheet range",
            "count": "file sheet +range",
            "sum": "file sheet +range",
            "average": "file sheet +range",
            "minimum": "file sheet +range",
            "maximum": "file sheet +range",
            "to_csv": "file sheet",
        ],
        "file_browser": [
            "list": "path limit",
            "find": "path +pattern",
            "largest": "path limit",
            "read": "+path from limit",
            "info": "+path",
            "write": "+path +text",
            "append": "+path +text",
            "copy": "+path +destination",
            "move": "+path +destination",
            "delete": "+path",
            "create_folder": "+path",
        ],
        "image": [
            "resize": "file width height percent output",
            "crop": "file +width +height output",
            "rotate": "file +degrees output",
            "convert": "file +format output",
            "describe": "file",
        ],
        "process_monitor": [
            "overview": "",
            "cpu": "",
            "memory": "",
            "disk": "",
            "uptime": "",
            "processes": "sort_by limit",
            "find": "+process",
            "stop": "+process",
        ],
        "log_analyzer": [
            "summary": "file since until",
            "entries": "file level text since until limit",
            "count": "file level text since until",
            "frequent": "file level text since until limit",
            "timeline": "file level text since until per",
        ],
        "backup_manager": [
            "create": "path backup",
            "list": "",
            "verify": "backup",
            "restore": "path backup",
            "delete": "+backup",
        ],
        "version_controller": [
            "init": "path",
            "status": "",
            "log": "path limit",
            "diff": "path",
            "blame": "+path",
            "commit": "path +message",
            "restore": "+path",
            "branches": "",
            "create_branch": "+name",
            "switch": "+name",
            "merge": "+name",
            "tag": "+name",
        ],
        "data_miner": [
            "clusters": "file column clusters",
            "rules": "file column",
            "outliers": "file column",
        ],
        "trend_analyzer": [
            "trend": "values file column",
            "seasonality": "values file column",
            "forecast": "values file column periods",
        ],
        "algebra_solver": [
            "solve": "expression variable",
            "factor": "expression",
            "expand": "expression",
            "simplify": "expression",
            "differentiate": "expression variable",
        ],
    ]
}
