/// What is kept of the tokens that people made: never a secret, only its digest.
package protocol AccessTokenBook: Sendable {
    /// Refuses a name that a token has which is still good at that time.
    func insert(_ token: AccessToken, digest: String) throws(Failure)
    func accessToken(_ id: String) throws(Failure) -> (token: AccessToken, digest: String)?
    /// The newest first.
    func accessTokens() throws(Failure) -> [AccessToken]
    /// It is never good again. False when it was not there, or was revoked before.
    func revokeAccessToken(_ id: String, at time: Int64) throws(Failure) -> Bool
    /// Removes all of somebody's, and every word about them; how many.
    func removeAccessTokens(of owner: AccountReference) throws(Failure) -> Int
    func noteUse(ofAccessToken id: String, at time: Int64) throws(Failure)
}
