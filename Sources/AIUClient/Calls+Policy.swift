package import AIUModel

extension Calls {
    private static let whole = ["v1", "policy"]

    package static var policy: Request { Request(.get, whole, purpose: "reading the policy") }

    package static func applyPolicy(_ order: ApplyPolicy) throws(ClientError) -> Request {
        Request(.post, whole, body: try Client.encode(order), purpose: "applying the policy")
    }

    package static func explainPolicy(
        user: String?, vm: VMName?, tool: String?, model: String?, field: String?
    ) -> Request {
        let all = [("user", user), ("vm", vm?.text), ("tool", tool), ("model", model), ("field", field)]
        return Request(
            .get, whole + ["explanation"], query: all.compactMap { name, value in value.map { (name, $0) } },
            purpose: "asking the policy")
    }

    package static func policyHistory(limit: Int?) -> Request {
        Request(
            .get, whole + ["history"], query: limit.map { [("limit", "\($0)")] } ?? [],
            purpose: "reading the versions of the policy")
    }

    package static func policyVersion(_ number: Int) -> Request {
        Request(.get, whole + ["history", "\(number)"], purpose: "reading version \(number) of the policy")
    }
}
