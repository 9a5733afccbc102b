import AIULedger
import AIUModel

extension World {
    /// What must hold whatever happened.
    mutating func check() {
        if problem == nil { problem = violation }
    }

    private var violation: String? {
        if let ledger {
            for account in ledger.accounts.values {
                if account.used + account.reserved > account.cap { return "\(account.key) is over its cap" }
                if account.reserved < 0 || account.used < 0 { return "\(account.key) has less than nothing" }
                let reserved = ledger.running.values.filter { request in
                    request.charges.contains { $0.account == account.key && $0.epoch == account.epoch }
                }
                .reduce(0) { $0 + $1.reserved }
                if reserved != account.reserved { return "\(account.key) has reserved for nobody" }
            }
        }
        for (index, id) in Self.ids.enumerated() {
            guard let request = requests[id] else {
                if clients[index].received > 0 { return "\(id) got text that nobody wrote down" }
                continue
            }
            let count = cells[index]?.count ?? 0
            let wanted = rules.budgets[index].map(\.account)
            if request.charges.map(\.account) != wanted || wanted.contains(where: { accounts[$0] == nil }) {
                return "\(id) is not counted in every budget"
            }
            if request.leased > request.allowed || request.allowed > rules.response { return "\(id) has too much" }
            if count > request.leased { return "\(id) was let through beyond its lease" }
            if clients[index].received > count { return "\(id) got text that was not counted" }
            guard let ending = request.ending else { continue }
            guard let refunded = request.record.refunded, ending.charged + refunded == request.reserved, refunded >= 0
            else { return "\(id): delivered and refunded are not what was reserved" }
            switch ending.end {
            case .powerLost where ending.charged != request.promptTokens + request.leased:
                return "\(id) was not charged its lease"
            case .powerLost: break
            case _ where request.delivered != count: return "\(id) was charged \(request.delivered), not \(count)"
            case _: break
            }
        }
        return usesViolation
    }

    /// Every account has used what its requests of this window were charged, once.
    private var usesViolation: String? {
        for account in accounts.values {
            let charged = requests.values.filter { request in
                request.charges.contains { $0.account == account.key && $0.epoch == account.epoch }
            }
            .reduce(0) { $0 + ($1.ending?.charged ?? 0) }
            if charged != account.used { return "\(account.key) has used \(account.used), its requests \(charged)" }
        }
        return nil
    }

    /// All that tells two states apart.
    var fingerprint: [Int16] {
        var print: [Int16] = [
            ledger == nil ? 0 : 1, Int16(crashes), Int16(powerCuts), Int16(windows), Int16(grants),
            bootChanged ? 1 : 0,
        ]
        for index in clients.indices {
            let client = clients[index]
            print += [
                Int16(client.phase.rawValue), Int16(client.leased), Int16(client.received), client.askedAgain ? 1 : 0,
                Int16(cells[index]?.count ?? -1), Int16(cells[index]?.tag ?? -1),
            ]
            if let request = requests[Self.ids[index]] {
                print += [Int16(request.leased), Int16(request.allowed), Int16(request.cell.tag)]
                print += request.charges.map { Int16($0.epoch) }
                print += [Int16(request.ending?.charged ?? -1), Int16(request.ending?.end == .powerLost ? 1 : 0)]
                // It decides in which window it lies.
                print.append(Int16((request.time - Samples.noon) / Samples.day))
            } else {
                print.append(-7)
            }
        }
        for key in accounts.keys.sorted() {
            guard let account = accounts[key] else { continue }
            print += [
                Int16(account.epoch), Int16(account.used), Int16(account.carried), Int16(account.granted),
                Int16(account.warned), account.exhausted ? 1 : 0,
            ]
        }
        return print
    }
}
