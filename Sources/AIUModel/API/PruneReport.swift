/// What went, or would go.
package struct PruneReport: Equatable, Sendable, Codable {
    /// One thing that was swept away.
    package struct Item: Equatable, Sendable, Codable {
        package enum Kind: String, Sendable, Codable, CaseIterable {
            case deletedVM, failedVM, image, stamp, model, strayFolder
        }

        package var kind: Kind
        package var name: String
        package var size: ByteCount
        /// Why it stays although it was chosen.
        package var problem: String?

        package init(kind: Kind, name: String, size: ByteCount, problem: String? = nil) {
            self.kind = kind
            self.name = name
            self.size = size
            self.problem = problem
        }
    }

    package var dryRun: Bool
    package var items: [Item]

    package init(dryRun: Bool, items: [Item]) {
        self.dryRun = dryRun
        self.items = items
    }
}
