/// What the database knows of models. Every call is durable when it returns.
package protocol ModelCatalogue: Sendable {
    /// Sorted by name.
    func models() throws(Failure) -> [ModelRecord]
    /// Refuses a name that is taken.
    func insert(_ model: ModelRecord) throws(Failure)
    /// One that is gone is fine; it is the default for nothing then.
    func deleteModel(_ name: ModelName) throws(Failure)
    func modelRoles() throws(Failure) -> [ModelRole: ModelName]
    /// Nil leaves the role without a default.
    func setModel(_ name: ModelName?, for role: ModelRole) throws(Failure)
}
