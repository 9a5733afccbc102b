package import AIUModel

extension Calls {
    private static let secretsPath = ["v1", "secrets"]

    private static func network(_ name: VMName, _ rest: [String] = []) -> [String] {
        vms + [name.text, "network"] + rest
    }

    package static var networks: Request { Request(.get, ["v1", "networks"], purpose: "listing what VMs reach") }

    package static func network(of name: VMName) -> Request {
        Request(.get, network(name), purpose: "asking what '\(name)' may reach")
    }

    package static func changeNetwork(of name: VMName, _ change: ChangeNetwork) throws(ClientError) -> Request {
        Request(
            .post, network(name), body: try Client.encode(change), purpose: "changing what '\(name)' may reach")
    }

    package static func testNetwork(of name: VMName, _ question: TestNetwork) throws(ClientError) -> Request {
        Request(
            .post, network(name, ["test"]), body: try Client.encode(question),
            purpose: "asking whether '\(name)' may reach it")
    }

    package static func decisions(of name: VMName, limit: Int, follow: Bool) -> Request {
        var query: [(name: String, value: String)] = [("limit", "\(limit)")]
        if follow { query.append(("follow", "true")) }
        return Request(
            .get, network(name, ["decisions"]), query: query, purpose: "reading what '\(name)' wanted to reach")
    }

    package static var secrets: Request { Request(.get, secretsPath, purpose: "listing the secrets") }

    package static func setSecret(_ name: String, _ secret: SetSecret) throws(ClientError) -> Request {
        Request(.put, secretsPath + [name], body: try Client.encode(secret), purpose: "keeping the secret \(name)")
    }

    package static func removeSecret(_ name: String) -> Request {
        Request(.delete, secretsPath + [name], purpose: "removing the secret \(name)")
    }
}
