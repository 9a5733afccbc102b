package import AIUModel

extension Calls {
    private static let audit = ["v1", "audit"]

    package static func audit(_ wanted: AuditQuery) -> Request {
        var query: [(name: String, value: String)] = [("limit", "\(wanted.limit)")]
        for (name, number) in [("after", wanted.after), ("since", wanted.since), ("until", wanted.until)] {
            if let number { query.append((name, "\(number)")) }
        }
        for (name, text) in [
            ("user", wanted.user), ("action", wanted.action), ("subject", wanted.subject), ("text", wanted.text),
        ] {
            if let text { query.append((name, text)) }
        }
        return Request(.get, audit, query: query, purpose: "reading the audit")
    }

    package static func auditVerification(expecting head: AuditHead?) -> Request {
        Request(
            .get, audit + ["verification"], query: head.map { [("expect", "\($0.sequence):\($0.digest)")] } ?? [],
            purpose: "verifying the audit")
    }

    package static var whoAmI: Request { Request(.get, ["v1", "whoami"], purpose: "asking who you are") }

    package static func auditExport(sealed: Bool) -> Request {
        Request(
            .get, audit + ["export"], query: sealed ? [("sealed", "true")] : [], purpose: "exporting the audit")
    }

    package static func userExport(_ name: String) -> Request {
        Request(.get, ["v1", "users", name, "export"], purpose: "exporting what is kept of '\(name)'")
    }

    package static func eraseUser(_ name: String) -> Request {
        Request(.delete, ["v1", "users", name, "personal-data"], purpose: "erasing what is kept of '\(name)'")
    }
}
