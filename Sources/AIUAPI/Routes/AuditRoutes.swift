internal import AIUModel
internal import AIUSystem

extension Routes {
    /// Who did what.
    static let audit: [Route] = [
        Route(
            method: .get, template: "/v1/audit", identifier: "searchAudit", permission: .audit,
            summary: "Records of the audit, in their order: the newest that fit, or the oldest after a number.",
            query: [
                .init(name: "after", schema: .count, note: "Only records with a higher number."),
                .init(name: "since", schema: .count, note: "Milliseconds since 1970."),
                .init(name: "until", schema: .count, note: "Milliseconds since 1970."),
                .init(name: "user", schema: .text(atMost: 256), note: "A user's name or number."),
                .init(
                    name: "action", schema: .text(atMost: 64), note: "An operation of this document, such as `startVM`."
                ),
                .init(name: "subject", schema: .text(atMost: 64), note: "A VM, model or profile."),
                .init(name: "text", schema: .text(atMost: 256), note: "A text anywhere in the record."),
                .init(name: "limit", schema: .integer(1...Int64(AuditQuery.most)), note: "How many at most."),
            ], answer: .json(200, .array(of: .reference("AuditRecord"))), refusals: [.invalid, .unavailable],
            endsWithClient: true
        ) { request, context async throws(Failure) in
            var query = AuditQuery()
            query.after = request.number("after")
            query.since = request.number("since")
            query.until = request.number("until")
            query.user = request.query["user"]
            query.action = request.query["action"]
            query.subject = request.query["subject"]
            query.text = request.query["text"]
            query.limit = request.number("limit").map { Int($0) } ?? AuditQuery.most
            return try .value(try await context.audit.records(query))
        },
        Route(
            method: .get, template: "/v1/audit/verification", identifier: "verifyAudit", permission: .audit,
            summary: "Follows the audit from its first record to its last, and tells the first thing that is wrong.",
            query: [
                .init(
                    name: "expect", schema: .text(pattern: "^[0-9]+:[0-9a-f]{64}$", atMost: 96),
                    note: "A number and digest that the audit is known to have had: `last:head` of an earlier answer.")
            ], answer: .json(200, .reference("AuditReport")), refusals: [.invalid, .unavailable], endsWithClient: true
        ) { request, context async throws(Failure) in
            let head = try request.query["expect"].map { text throws(Failure) in
                guard let head = AuditHead(text) else {
                    throw Failure(
                        .invalid, "`expect` is a number, a colon and 64 hex digits, as `last:head` of a verification")
                }
                return head
            }
            return try .value(try await context.audit.verify(expecting: head))
        },
        Route(
            method: .get, template: "/v1/audit/export", identifier: "exportAudit", permission: .audit,
            summary: """
                All records as they are kept: lines of JSON, each with the digest of the line before. First come the keys \
                of the people in them, unless they are left out.
                """,
            query: [
                .init(
                    name: "sealed", schema: .boolean,
                    note: "Without the keys: the chain can be proven, and nothing is told of anybody.")
            ],
            answer: .bytes, refusals: [.unavailable], endsWithClient: true, disclosesContents: true
        ) { request, context async throws(Failure) in
            let (audit, log, readable) = (context.audit, context.log, !request.flag("sealed"))
            return .stream(type: Response.bytes) { stream in
                do throws(Failure) {
                    try await audit.export(readable: readable) { await stream.write($0) }
                    return nil
                } catch {
                    log.warning("an export of the audit broke off: \(error)")
                    // Cut off, so that it cannot be taken for the whole.
                    stream.abandon()
                    return error
                }
            }
        },
    ]
}
