import AIUModel
import AIUStore
import AIUSystem
import Glibc

/// One seed: processes that are killed one after the other, then the sums.
struct Storm {
    struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    let plan: Plan
    let folder: String
    private static let kills = 5...10
    private static let patience: Int32 = 60_000

    private(set) var received: [Int]
    private var bootID = "boot 0"
    private var powerCuts = 0
    private var killed = 0

    init(_ plan: Plan, folder: String) {
        self.plan = plan
        self.folder = folder
        received = Array(repeating: 0, count: plan.requests)
    }

    /// Gives a sentence on what happened.
    mutating func run() async throws -> String {
        var random = Random(plan.seed, 99)
        let rounds = Int.random(in: Self.kills, using: &random)
        for round in 0..<rounds {
            // Some are killed while they start and recover, most while they work.
            let lines = Int.random(in: -plan.cap / 20...plan.cap / rounds, using: &random)
            let delay = Int32.random(in: 0...25, using: &random)
            try work(round: round, killAfter: lines < 0 ? .milliseconds(delay) : .lines(lines))
            if Int.random(in: 0..<6, using: &random) == 0 {
                powerCuts += 1
                bootID = "boot \(powerCuts)"
            }
        }
        try work(round: rounds, killAfter: .never)
        return try await check()
    }

    private enum Kill {
        case never
        case milliseconds(Int32)
        case lines(Int)
    }

    /// ThreadSanitizer sees the program's locks only through a library that is loaded first.
    private static var preload: [String] {
        unsafe getenv("LD_PRELOAD").map { ["LD_PRELOAD=\(unsafe String(cString: $0))"] } ?? []
    }

    private mutating func work(round: Int, killAfter kill: Kill) throws {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw Problem("no pipe") }
        let output = FileDescriptor(owning: ends[0])
        let input = FileDescriptor(owning: ends[1])
        var request = SpawnRequest(
            "/proc/self/exe",
            ["work", folder, "\(plan.seed)", "\(round)", bootID, "\(plan.requests)", "\(plan.cap)"],
            environment: ["PATH=/usr/bin:/bin"] + Self.preload)
        request.descriptors = [-1, input.raw, 2]
        request.deathSignal = SIGKILL
        let child = try Child.spawn(request)
        _ = consume input
        var lines = 0
        var hasEnded = false
        var rest: [UInt8] = []
        if case .milliseconds(let delay) = kill {
            usleep(UInt32(delay) * 1000)
            try child.signal(SIGKILL)
        }
        while true {
            var descriptor = pollfd(fd: output.raw, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&descriptor, 1, Self.patience) > 0 else {
                try child.signal(SIGKILL)
                throw Problem("nothing happens")
            }
            guard let bytes = try output.read(upTo: 65536), !bytes.isEmpty else { break }
            rest += bytes
            while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<newline], as: UTF8.self)
                rest.removeSubrange(...newline)
                if try take(line) { hasEnded = true }
                lines += 1
                if case .lines(let most) = kill, lines == most + 1 { try child.signal(SIGKILL) }
            }
        }
        switch try child.wait() {
        case .killed(SIGKILL): killed += 1
        case .exited(0) where hasEnded: break
        case let outcome: throw Problem("the process ended as \(outcome)")
        }
    }

    /// True for its last word.
    private mutating func take(_ line: String) throws -> Bool {
        switch line.first {
        case "T": if let index = Int(line.dropFirst()), index < received.count { received[index] += 1 }
        case "!": throw Problem(String(line.dropFirst()))
        case "Z": return true
        case _: break
        }
        return false
    }

    /// Adds everything up.
    private func check() async throws -> String {
        let ledger = try SQLiteLedger(
            database: "\(folder)/ledger.db", meter: "\(folder)/ledger.meter", settings: .init(bootID: bootID))
        defer { ledger.close() }
        let records = try await ledger.history(TokenHistoryQuery(limit: TokenHistoryQuery.most))
        var used: [String: Int] = [:]
        var unseen = 0
        for record in records {
            guard let index = Plan.index(record.id), let delivered = record.delivered, let refunded = record.refunded,
                let end = record.end
            else { throw Problem("\(record.id) never ended") }
            guard delivered + refunded == record.reserved, refunded >= 0 else {
                throw Problem("\(record.id): \(delivered) delivered, \(refunded) refunded, \(record.reserved) reserved")
            }
            let answer = delivered - record.promptTokens
            let missing = answer - received[index]
            switch end {
            // A token may have been counted whose text had not gone out yet when the process was killed.
            case .crashed where missing != 0 && missing != 1, .powerLost where missing < 0:
                throw Problem("\(record.id) was charged \(answer) tokens and got \(received[index]) (\(end))")
            case .done, .cancelled, .cut, .guestGone:
                if missing != 0 {
                    throw Problem("\(record.id) was charged \(answer) and got \(received[index]) (\(end))")
                }
            case .unsent, .expired: throw Problem("\(record.id) ended as \(end)")
            case .crashed, .powerLost: unseen += missing
            }
            for account in record.accounts { used[account, default: 0] += delivered }
        }
        let known = Set(records.compactMap { Plan.index($0.id) })
        if let stranger = received.indices.first(where: { received[$0] > 0 && !known.contains($0) }) {
            throw Problem("r\(stranger) got tokens that nobody wrote down")
        }
        var views: [String: TokenAccount] = [:]
        for subject in plan.everybody {
            for view in try await ledger.accounts(plan.budgets(subject)) { views[view.account] = view }
        }
        for view in views.values {
            guard view.used == used[view.account] ?? 0, view.reserved == 0, view.used <= view.tokens else {
                throw Problem(
                    "\(view.account): \(view.used) used, \(used[view.account] ?? 0) charged, \(view.reserved) reserved, "
                        + "\(view.tokens) is the cap")
            }
        }
        let total = views["host/all"]?.used ?? 0
        return "\(killed) kills, \(powerCuts) power cuts, \(records.count) of \(plan.requests) granted, "
            + "\(total) of \(plan.cap) tokens, \(unseen) charged and not seen, exact"
    }
}
