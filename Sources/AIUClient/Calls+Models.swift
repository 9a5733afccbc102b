package import AIUModel

extension Calls {
    private static let all = ["v1", "models"]

    package static var models: Request { Request(.get, all, purpose: "listing the models") }

    package static func addModel(_ order: AddModel) -> Request {
        var query = [(name: "name", value: order.name.text)]
        if let role = order.role { query.append(("role", role.rawValue)) }
        if let size = order.size { query.append(("size", String(size.bytes))) }
        return Request(
            .post, all, query: query, upgrade: APIVersion.archiveUpgrade, purpose: "adding the model '\(order.name)'")
    }

    package static func model(_ name: ModelName) -> Request {
        Request(.get, all + [name.text], purpose: "looking at the model '\(name)'")
    }

    package static func estimate(_ name: ModelName, contextLength: Int?, memory: ByteCount?) -> Request {
        var query: [(name: String, value: String)] = []
        if let contextLength { query.append(("context", String(contextLength))) }
        if let memory { query.append(("memory", String(memory.bytes))) }
        return Request(
            .get, all + [name.text, "estimate"], query: query, purpose: "estimating the memory of '\(name)'")
    }

    package static func countTokens(of text: String, by name: ModelName) throws(ClientError) -> Request {
        Request(
            .post, all + [name.text, "tokens"], body: try Client.encode(CountTokens(text: text)),
            purpose: "counting tokens by '\(name)'")
    }

    package static func verifyModel(_ name: ModelName) -> Request {
        Request(.post, all + [name.text, "verify"], purpose: "verifying the model '\(name)'")
    }

    package static func removeModel(_ name: ModelName) -> Request {
        Request(.delete, all + [name.text], purpose: "removing the model '\(name)'")
    }

    package static func useModel(_ name: ModelName, for role: ModelRole) -> Request {
        Request(
            .put, all + [name.text, "roles", role.rawValue], purpose: "choosing the model for '\(role.rawValue)'")
    }

    package static func releaseModel(_ name: ModelName, from role: ModelRole) -> Request {
        Request(
            .delete, all + [name.text, "roles", role.rawValue],
            purpose: "leaving '\(role.rawValue)' without a model")
    }
}
