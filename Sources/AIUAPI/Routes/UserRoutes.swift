internal import AIUJSON
internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

extension Routes {
    /// What is kept of a person.
    static let users: [Route] = [
        Route(
            method: .get, template: "/v1/users/{user}/export", identifier: "exportUser", permission: .audit,
            summary: "Everything that is kept of a person, named or by their number: one JSON document.",
            answer: .bytes, refusals: [.invalid, .unavailable], endsWithClient: true, disclosesContents: true
        ) { request, context async throws(Failure) in
            let who = try person(request)
            let (audit, ledger) = (context.audit, context.ledger)
            let tokens = try context.reception.tokens?.accessTokens().filter { $0.owner.isSame(as: who) } ?? []
            let vms = await context.control.list().filter { who.user != nil && $0.record.owner == who.user }
            let head = try """
            {"user":\(text("\(who)")),"accessTokens":\(text(tokens)),"vms":\(text(vms.map(\.record.name))),\
            "audit":[
            """
            return .stream(type: Response.bytes) { stream in
                do throws(Failure) {
                    guard await stream.write(Array(head.utf8)) else { return left }
                    var list = StreamedList(stream)
                    try await records(of: who, in: audit) { await list.write($0) }
                    guard await stream.write(Array("\n],\"tokenLedger\":[".utf8)) else { return left }
                    list = StreamedList(stream)
                    try await requests(of: who, in: ledger) { await list.write($0) }
                    return await stream.write(Array("\n]}\n".utf8)) ? nil : left
                } catch {
                    // Cut off, so that it cannot be taken for the whole.
                    stream.abandon()
                    return error
                }
            }
        },
        Route(
            method: .delete, template: "/v1/users/{user}/personal-data", identifier: "eraseUser",
            permission: .administer,
            summary:
                "Makes all that the audit says about a person unreadable, takes them out of the ledger, and removes their tokens, for good.",
            answer: .json(200, .reference("Erasure")), refusals: [.invalid, .conflict, .unavailable]
        ) { request, context async throws(Failure) in
            let who = try person(request)
            if let caller = request.caller.person,
                who.isSame(as: AccountReference(user: caller.user, name: caller.name))
            {
                throw Failure(.conflict, "nobody erases their own traces; another administrator must")
            }
            var inTheClear: Int64 = 0
            try await records(of: who, in: context.audit) { found in
                inTheClear += Int64(found.count { $0.person == nil })
                return true
            }
            let requests = try await context.ledger?.forget(who) ?? 0
            let tokens = try context.reception.tokens?.removeAccessTokens(of: who) ?? 0
            let people = try await context.audit.erase(who)
            return try .value(
                Erasure(people: people, tokens: tokens, requests: requests, recordsInTheClear: inTheClear))
        },
    ]

    private static let left = Failure(.unavailable, "whoever asked had left before the end")

    /// A number, or the name of somebody; of a user of this host both are known.
    private static func person(_ request: Request) throws(Failure) -> AccountReference {
        let text = request.path["user"] ?? ""
        guard (1...256).contains(text.utf8.count) else {
            throw Failure(.invalid, "name the user, or give their number")
        }
        if let number = UInt32(text) { return AccountReference(user: number, name: UserNames.name(of: number)) }
        return AccountReference(user: UserNames.account(named: text)?.user, name: text)
    }

    /// The records that name somebody, page by page.
    private static func records(
        of who: AccountReference, in audit: any AuditTrail, _ take: ([AuditRecord]) async -> Bool
    ) async throws(Failure) {
        // A number is never another one's; a name is asked for where there is no number, as for people of a directory.
        var query = AuditQuery()
        query.user = who.user.map { "\($0)" } ?? who.name
        query.after = 0
        while true {
            let found = try await audit.records(query)
            if !found.isEmpty, !(await take(found)) { throw left }
            guard found.count == AuditQuery.most, let last = found.last else { return }
            query.after = last.sequence
        }
    }

    /// Their requests for tokens, page by page.
    private static func requests(
        of who: AccountReference, in ledger: (any Ledger)?, _ take: ([TokenRecord]) async -> Bool
    ) async throws(Failure) {
        guard let ledger else { return }
        var query = TokenHistoryQuery(user: who.user, limit: TokenHistoryQuery.most)
        if who.user == nil { query.name = who.name ?? "" }
        while true {
            let found = try await ledger.history(query)
            if !found.isEmpty, !(await take(found)) { throw left }
            guard found.count == TokenHistoryQuery.most, let last = found.last else { return }
            query.before = last.id
        }
    }

    private static func text(_ value: some Encodable) throws(Failure) -> String {
        do throws(JSONError) {
            return try JSONText.encodeString(value)
        } catch {
            throw Failure(.internalError, "what is kept of a person has no JSON form: \(error)")
        }
    }
}
