/// One step in the history of the schema. Once released, neither its name nor its text changes.
package struct Migration: Equatable, Sendable {
    package let name: String
    package let script: String

    package init(_ name: String, _ script: String) {
        self.name = name
        self.script = script
    }

    /// The whole history, oldest first.
    package static let all = [
        VMTable.migration, EventTable.migration, FactTable.migration, LifeCycleColumns.migration,
        ProfileTable.migration, RevisionTable.migration, ModelTable.migration, GivenModels.migration,
        AccessTokenTable.migration, OwnerColumns.migration, PolicyTable.migration,
        AccessTokenTable.projects, EncryptionColumn.migration,
    ]
}
