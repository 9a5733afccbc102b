internal import AIUJSON
internal import AIULedger
internal import AIUModel

/// Accounts and requests as rows, in the order of the columns in `LedgerTables`.
enum LedgerRows {
    /// Without the account's key, which stands first or is the row's number.
    static func values(_ account: AccountState, budget: String, now: Int64) -> [SQLValue] {
        [
            .text(account.scope), .text(account.owner), .text(budget), .integer(account.policy),
            .integer(account.epoch), .integer(account.windowStart), .integer(account.refilled),
            .integer(Int64(account.used)), .integer(Int64(account.carried)), .integer(Int64(account.granted)),
            .integer(Int64(account.warned)), .integer(account.exhausted ? 1 : 0), .integer(now),
        ]
    }

    static func account(_ row: borrowing Statement) throws(StoreError) -> (Int64, AccountState) {
        let budget: TokenBudget
        do {
            budget = try TokenBudget(kept: JSONNode(parsing: Array(try row.text(3).utf8)))
        } catch {
            throw row.badColumn(3, "is no budget: \(error)")
        }
        let account = AccountState(
            key: try row.text(0), scope: try row.text(1), owner: try row.text(2), budget: budget,
            policy: try row.integer(4), epoch: try row.integer(5), windowStart: try row.integer(6),
            refilled: try row.integer(7), used: Int(try row.integer(8)), carried: Int(try row.integer(9)),
            granted: Int(try row.integer(10)), warned: Int(try row.integer(11)), exhausted: try row.integer(12) != 0)
        return (try row.integer(13), account)
    }

    static func values(_ request: RequestState, charges: String) -> [SQLValue] {
        let subject = request.subject
        return [
            .text(request.id.text), SQLValue(subject.user.map { Int64($0) }), SQLValue(subject.name),
            SQLValue(subject.project), SQLValue(subject.vm?.text), SQLValue(subject.vmID?.text),
            SQLValue(subject.session), .integer(request.policy), SQLValue(request.tool?.rawValue),
            .integer(Int64(request.promptTokens)), .integer(Int64(request.responseMax)), .integer(request.time),
            .integer(Int64(request.allowed)), SQLValue(request.limit), .text(charges),
            .integer(Int64(request.cell.slot)), .integer(request.cell.tag), .integer(Int64(request.leased)),
            .integer(request.expires),
        ]
    }

    static func request(
        _ row: borrowing Statement, accounts: [Int64: String]
    ) throws(StoreError) -> RequestState {
        guard let id = RequestID(try row.text(0)) else { throw row.badColumn(0, "does not name a request") }
        let tool = try row.optionalText(8).map { name throws(StoreError) in
            guard let tool = ToolName(rawValue: name) else { throw row.badColumn(8, "is no tool") }
            return tool
        }
        return RequestState(
            id: id, subject: try subject(row), policy: try row.integer(7), tool: tool,
            promptTokens: Int(try row.integer(9)), responseMax: Int(try row.integer(10)), time: try row.integer(11),
            allowed: Int(try row.integer(12)), limit: try row.optionalText(13),
            charges: try charges(row, accounts),
            cell: CellID(slot: Int(try row.integer(15)), tag: try row.integer(16)), leased: Int(try row.integer(17)),
            expires: try row.integer(18), ending: try ending(row))
    }

    private static func subject(_ row: borrowing Statement) throws(StoreError) -> TokenSubject {
        let user = try row.optionalInteger(1)
        if let user, UInt32(exactly: user) == nil { throw row.badColumn(1, "is no user's number") }
        let vm = try row.optionalText(4)
        let vmID = try row.optionalText(5)
        if vm != nil, vm.flatMap(VMName.init) == nil { throw row.badColumn(4, "is not a VM name") }
        if vmID != nil, vmID.flatMap(VMID.init) == nil { throw row.badColumn(5, "is not a VM identifier") }
        return TokenSubject(
            user: user.flatMap { UInt32(exactly: $0) }, name: try row.optionalText(2), project: try row.optionalText(3),
            vm: vm.flatMap(VMName.init), vmID: vmID.flatMap(VMID.init), session: try row.optionalText(6))
    }

    /// The rows of the accounts that a request is counted in.
    static func accounts(_ row: borrowing Statement) throws(StoreError) -> [Int64] {
        try row.text(14).split(separator: ",").compactMap { part in
            part.split(separator: ":").first.flatMap { Int64($0) }
        }
    }

    /// `3:17,5:0`: the rows of accounts, and in which of their windows.
    private static func charges(
        _ row: borrowing Statement, _ accounts: [Int64: String]
    ) throws(StoreError) -> [RequestState.Charge] {
        try row.text(14).split(separator: ",").map { part throws(StoreError) in
            let numbers = part.split(separator: ":").compactMap { Int64($0) }
            guard numbers.count == 2 else { throw row.badColumn(14, "is no list of accounts") }
            // An old conversation's account may have been removed; its requests tell only that there was one.
            return .init(account: accounts[numbers[0]] ?? "#\(numbers[0])", epoch: numbers[1])
        }
    }

    private static func ending(_ row: borrowing Statement) throws(StoreError) -> RequestState.Ending? {
        guard let time = try row.optionalInteger(19) else { return nil }
        guard let end = TokenEnd(rawValue: try row.text(20)) else { throw row.badColumn(20, "is no ending") }
        return .init(end: end, time: time, charged: Int(try row.integer(21)))
    }
}
