internal import AIUJSON
package import AIUModel
internal import AIUSystem

/// How records are written for other programs.
package enum AuditFormat: String, CaseIterable, Sendable {
    /// As they are kept: the only form whose chain can be verified.
    case jsonl
    case csv
    /// ArcSight's Common Event Format, which programs that collect security events read.
    case cef

    private static let columns = [
        "sequence", "time", "kind", "request", "user", "user_name", "process", "action", "subject", "outcome",
        "message", "detail", "role", "token", "policy", "address", "person",
    ]

    /// What comes before the first record.
    package var header: String? { self == .csv ? Self.columns.joined(separator: ",") + "\r\n" : nil }

    package func render(_ record: AuditRecord) -> String {
        switch self {
        case .jsonl: ((try? JSONText.encodeString(record)) ?? "{}") + "\n"
        case .csv: Self.csv(record)
        case .cef: Self.cef(record)
        }
    }

    private static func csv(_ record: AuditRecord) -> String {
        var fields: [String] = ["\(record.sequence)", "\(Timestamp(milliseconds: record.time))", record.kind.rawValue]
        fields.append(text(record.request))
        fields.append(text(record.actor?.user))
        fields.append(record.actor?.name ?? "")
        fields.append(text(record.actor?.process))
        for field in [record.action, record.subject, record.outcome, record.message] { fields.append(field ?? "") }
        fields.append(record.detail?.text() ?? "")
        fields += [record.actor?.role?.rawValue ?? "", record.actor?.token ?? "", text(record.policy)]
        fields += [record.actor?.address ?? "", record.person ?? ""]
        return fields.map(field).joined(separator: ",") + "\r\n"
    }

    private static func text(_ number: (some BinaryInteger)?) -> String { number.map { "\($0)" } ?? "" }

    /// RFC 4180; a field that a spreadsheet would compute is made a text.
    private static func field(_ text: String) -> String {
        let safe = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } == true ? "'" + text : text
        guard safe.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return safe }
        // By bytes: a quotation mark with an accent upon it is another character, and still ends the field.
        let doubled = safe.utf8.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] }
        return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
    }

    private static func cef(_ record: AuditRecord) -> String {
        let failed = record.outcome.map { $0 != "done" } ?? false
        var pairs = [("rt", "\(record.time)"), ("externalId", "\(record.sequence)"), ("cat", record.kind.rawValue)]
        if let user = record.actor?.user { pairs.append(("suid", "\(user)")) }
        if let name = record.actor?.name { pairs.append(("suser", name)) }
        if let process = record.actor?.process { pairs.append(("spid", "\(process)")) }
        if let address = record.actor?.address { pairs.append(("src", address)) }
        if let role = record.actor?.role { pairs.append(("spriv", role.rawValue)) }
        if let subject = record.subject { pairs.append(("destinationServiceName", subject)) }
        if let outcome = record.outcome { pairs.append(("outcome", outcome)) }
        if let message = record.message { pairs.append(("msg", message)) }
        if let detail = record.detail { pairs += [("cs1Label", "detail"), ("cs1", detail.text())] }
        if let token = record.actor?.token { pairs += [("cs2Label", "token"), ("cs2", token)] }
        if let policy = record.policy { pairs += [("cn1Label", "policy"), ("cn1", "\(policy)")] }
        let action = record.action ?? record.kind.rawValue
        let extensions = pairs.map { "\($0.0)=\(value($0.1))" }.joined(separator: " ")
        return "CEF:0|AIU Virtual|aiud|1|\(head(action))|\(head(action))|\(failed ? 5 : 3)|\(extensions)\n"
    }

    private static func head(_ text: String) -> String {
        escaped(text, ["\\": "\\\\", "|": "\\|", "\n": " ", "\r": " "])
    }

    private static func value(_ text: String) -> String {
        escaped(text, ["\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r"])
    }

    private static func escaped(_ text: String, _ table: [Unicode.Scalar: String]) -> String {
        text.unicodeScalars.map { table[$0] ?? String($0) }.joined()
    }
}
