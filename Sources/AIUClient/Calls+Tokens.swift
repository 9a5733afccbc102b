package import AIUModel

extension Calls {
    private static let accessTokens = ["v1", "access-tokens"]

    package static var tokens: Request { Request(.get, accessTokens, purpose: "listing tokens") }

    package static func createToken(_ wanted: CreateAccessToken) throws(ClientError) -> Request {
        Request(.post, accessTokens, body: try Client.encode(wanted), purpose: "making the token '\(wanted.name)'")
    }

    package static func revokeToken(_ name: String) -> Request {
        Request(.delete, accessTokens + [name], purpose: "revoking the token '\(name)'")
    }
}
