package import AIUModel

extension SQLiteStore: AccessTokenBook {
    package func insert(_ token: AccessToken, digest: String) throws(Failure) {
        let isNew = try use { database throws(StoreError) in
            try database.transaction(to: "keep a token") { database throws(StoreError) in
                try AccessTokenTable.insert(token, digest: digest, database)
            }
        }
        guard isNew else {
            throw Failure(
                .conflict,
                "there is a token '\(token.name)' already, or \(AccessTokenTable.most) in all; revoke it first, or choose "
                    + "another name")
        }
    }

    package func accessToken(_ id: String) throws(Failure) -> (token: AccessToken, digest: String)? {
        try use { database throws(StoreError) in try AccessTokenTable.find(id, database) }
    }

    package func accessTokens() throws(Failure) -> [AccessToken] {
        try use { database throws(StoreError) in try AccessTokenTable.all(database) }
    }

    package func revokeAccessToken(_ id: String, at time: Int64) throws(Failure) -> Bool {
        try use { database throws(StoreError) in try AccessTokenTable.revoke(id, at: time, database) }
    }

    package func removeAccessTokens(of owner: AccountReference) throws(Failure) -> Int {
        try use { database throws(StoreError) in try AccessTokenTable.remove(of: owner, database) }
    }

    package func noteUse(ofAccessToken id: String, at time: Int64) throws(Failure) {
        try use { database throws(StoreError) in try AccessTokenTable.noteUse(id, at: time, database) }
    }
}
