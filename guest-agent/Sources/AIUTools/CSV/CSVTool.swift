internal import AIUJSON
package import AIUWire

/// Shows, counts, filters, sorts and aggregates the rows of a table, however long it is.
package struct CSVTool: Tool {
    package static let name = "csv"

    private let root: String

    package init() { self.init(root: ToolConfinement.workspace) }

    package init(root: String) { self.root = root }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let operation = try arguments.requiredChoice("operation", TableQuery.Operation.self)
        let scope = WorkspaceScope(invocation, root: root)
        let file = try FileChoice(invocation, scope: scope).file(arguments.text("file"), .table)
        let table = try Table(path: file.path, name: file.name)
        let query = try TableQuery(operation, table, arguments, resultsFolder: invocation.resultsFolder)
        switch operation {
        case .columns: return query.describeColumns()
        case .rows: return try query.showRows()
        case .count: return try query.countRows()
        case .sum, .average, .minimum, .maximum: return try query.aggregate()
        case .median: return try query.median()
        case .distinct: return try query.distinct()
        case .sort: return try query.sort()
        case .toJSON: return try query.toJSON()
        }
    }
}
