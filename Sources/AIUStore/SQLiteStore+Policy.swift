package import AIUModel

extension SQLiteStore: PolicyStore {
    package func newestPolicy() throws(Failure) -> (version: PolicyVersion, isWritten: Bool)? {
        try use { database throws(StoreError) in try PolicyTable.newest(database) }
    }

    package func addPolicy(_ version: PolicyVersion) throws(Failure) {
        try use { database throws(StoreError) in
            try database.transaction(to: "record the policy") { database throws(StoreError) in
                try PolicyTable.add(version, database)
            }
        }
    }

    package func markPolicyWritten(_ number: Int64) throws(Failure) {
        try use { database throws(StoreError) in try PolicyTable.markWritten(number, database) }
    }

    package func dropPolicy(_ number: Int64) throws(Failure) {
        try use { database throws(StoreError) in try PolicyTable.drop(number, database) }
    }

    package func policyVersions(limit: Int) throws(Failure) -> [PolicyVersion] {
        try use { database throws(StoreError) in try PolicyTable.versions(limit: limit, database) }
    }

    package func policyVersion(_ number: Int64) throws(Failure) -> PolicyVersion? {
        try use { database throws(StoreError) in try PolicyTable.version(number, database) }
    }
}
