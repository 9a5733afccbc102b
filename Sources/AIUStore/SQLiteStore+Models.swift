package import AIUModel

extension SQLiteStore: ModelCatalogue {
    package func models() throws(Failure) -> [ModelRecord] {
        try use { database throws(StoreError) in try ModelTable.all(database) }
    }

    package func insert(_ model: ModelRecord) throws(Failure) {
        try use { database throws(StoreError) in try ModelTable.insert(model, database) }
    }

    package func deleteModel(_ name: ModelName) throws(Failure) {
        try use { database throws(StoreError) in try ModelTable.delete(name, database) }
    }

    package func modelRoles() throws(Failure) -> [ModelRole: ModelName] {
        try use { database throws(StoreError) in try ModelTable.roles(database) }
    }

    package func setModel(_ name: ModelName?, for role: ModelRole) throws(Failure) {
        try use { database throws(StoreError) in try ModelTable.set(name, for: role, database) }
    }
}
