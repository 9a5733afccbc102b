package import AIUCommandLine
package import AIUModel

/// What a sweep takes, or took.
package enum PruneTable {
    package static func render(_ report: PruneReport, width: Int?, style: Style) -> String {
        guard !report.items.isEmpty else { return "there is nothing to sweep away\n" }
        let hasProblems = report.items.contains { $0.problem != nil }
        var columns: [Table.Column] = [.init("WHAT"), .init("NAME", mayShrink: true), .init("SIZE", .right)]
        if hasProblems { columns.append(.init("STAYS BECAUSE", mayShrink: true)) }
        var table = Table(columns, style: style)
        for item in report.items {
            table.add([kind(item.kind), item.name, SizeText.approximate(item.size.bytes), item.problem ?? ""])
        }
        let going = report.items.filter { $0.problem == nil }
        let bytes = going.reduce(UInt64(0)) { $0 &+ $1.size.bytes }
        let things = going.count == 1 ? "1 thing" : "\(going.count) things"
        let verb = report.dryRun ? "would go" : going.count == 1 ? "is gone" : "are gone"
        return table.render(width: width) + "\n\(things) \(verb), \(SizeText.approximate(bytes)) in all\n"
    }

    private static func kind(_ kind: PruneReport.Item.Kind) -> String {
        switch kind {
        case .deletedVM: "deleted VM"
        case .failedVM: "failed VM"
        case .image: "image"
        case .stamp: "stamp"
        case .model: "model"
        case .strayFolder: "stray folder"
        }
    }
}
