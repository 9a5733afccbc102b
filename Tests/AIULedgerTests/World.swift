import AIULedger
import AIUModel

/// The ledger with all that stands around it, small enough to look at everything that can happen: three clients, the rows
/// on the disk, the meter's cells, a process that can be killed and a machine that can lose power.
struct World {
    enum Phase: UInt8 {
        case idle, reserved, streaming, counted, leasing, settling, finished, refused
        /// Its process was killed; a client may ask again under the same name.
        case lost
    }

    struct Client {
        var phase = Phase.idle
        /// As far as it was told.
        var leased = 0
        /// Text that went out.
        var received = 0
        var askedAgain = false
    }

    struct Cell {
        var tag: Int64
        var count: Int
    }

    struct Rules {
        var budgets: [[AppliedBudget]]
        var response = 3
        var crashes = 1
        var powerCuts = 1
        var windows = 0
        var grants = 0
    }

    let rules: Rules
    var ledger: LedgerState?
    var clients = [Client](repeating: Client(), count: 3)
    var accounts: [String: AccountState] = [:]
    var requests: [RequestID: RequestState] = [:]
    var cells: [Cell?] = [nil, nil, nil]
    var now = Samples.noon
    var crashes = 0
    var powerCuts = 0
    var windows = 0
    var grants = 0
    /// Cells that a power cut has made worthless.
    var bootChanged = false
    var problem: String?

    /// So small that there is more than one lease.
    static let piece = ExplorerTests.isThorough ? 2 : 1
    static let ids = [Samples.id("a"), Samples.id("b"), Samples.id("c")]

    init(_ rules: Rules) {
        self.rules = rules
        ledger = LedgerState(piece: Self.piece)
    }

    /// Everything that can happen next.
    var successors: [World] {
        var next: [World] = []
        func add(_ change: (inout World) -> Void) {
            var world = self
            change(&world)
            world.check()
            next.append(world)
        }
        if ledger == nil {
            add { $0.recover() }
        } else {
            for index in clients.indices { step(index, add) }
            if crashes < rules.crashes { add { $0.kill(power: false) } }
            if powerCuts < rules.powerCuts { add { $0.kill(power: true) } }
            if grants < rules.grants {
                let budget = rules.budgets[0][0]
                add { world in
                    world.grants += 1
                    world.change { ledger, now throws(LedgerRefusal) in
                        _ = try ledger.grant(2, to: budget, policy: 1, now: now)
                    }
                }
            }
        }
        if windows < rules.windows {
            add { world in
                world.windows += 1
                world.now += Samples.day
            }
        }
        return next
    }

    private func step(_ index: Int, _ add: ((inout World) -> Void) -> Void) {
        let client = clients[index]
        let id = Self.ids[index]
        switch client.phase {
        case .idle: add { $0.reserve(index) }
        case .reserved:
            add { world in
                world.clients[index].leased = world.requests[id]?.leased ?? 0
                world.clients[index].phase = .streaming
            }
        case .streaming:
            let count = cells[index]?.count ?? 0
            if count < client.leased {
                add { world in
                    world.cells[index]?.count += 1
                    world.clients[index].phase = .counted
                }
            } else if let row = requests[id], row.leased < row.allowed || client.leased < row.leased {
                add { world in
                    world.change { ledger, now throws(LedgerRefusal) in _ = try ledger.lease(id, now: now) }
                    world.clients[index].phase = .leasing
                }
            }
            // Done, cancelled by the client, cut or left by the guest: the same for the ledger.
            add { world in
                world.change { ledger, now throws(LedgerRefusal) in
                    _ = try ledger.settle(id, delivered: count, .cancelled, now: now)
                }
                world.clients[index].phase = .settling
            }
        case .counted:
            add { world in
                world.clients[index].received += 1
                world.clients[index].phase = .streaming
            }
        case .leasing:
            add { world in
                world.clients[index].leased = world.requests[id]?.leased ?? 0
                world.clients[index].phase = .streaming
            }
        case .settling: add { $0.clients[index].phase = .finished }
        case .lost where !client.askedAgain:
            add { world in
                world.clients[index].askedAgain = true
                // What has ended is answered as ended; what was never written down is asked for anew.
                if world.requests[id]?.ending == nil {
                    world.reserve(index)
                } else {
                    world.clients[index].phase = .finished
                }
            }
        case .lost, .finished, .refused: break
        }
    }

    private mutating func reserve(_ index: Int) {
        let request = Samples.request(Self.ids[index].text, response: rules.response, rules.budgets[index])
        // A number that no earlier try had.
        let tag = Int64(10 * (crashes + powerCuts) + index + 1)
        var granted = false
        change { ledger, now throws(LedgerRefusal) in
            do throws(LedgerRefusal) {
                let state = try ledger.reserve(request, cell: CellID(slot: index, tag: tag), now: now)
                granted = true
                if try ledger.reserve(request, cell: CellID(slot: 9, tag: 9), now: now) != state {
                    throw LedgerRefusal.invalid("the same request got another grant")
                }
            } catch {
                guard case .short = error else { throw error }
            }
        }
        clients[index].phase = granted ? .reserved : .refused
        if granted { cells[index] = Cell(tag: tag, count: 0) }
    }

    /// One transaction: applied, on the disk, and only then answered.
    private mutating func change(_ body: (inout LedgerState, Int64) throws(LedgerRefusal) -> Void) {
        guard var ledger else { return }
        do throws(LedgerRefusal) {
            try body(&ledger, now)
        } catch {
            problem = "unexpected refusal: \(error)"
        }
        commit(ledger.takeChanges(), ledger)
        self.ledger = ledger
        if rebuilt != ledger { problem = "what is on the disk is not what the process believes" }
    }

    private mutating func commit(_ changes: LedgerChanges, _ ledger: LedgerState) {
        for key in changes.accounts {
            accounts[key] = ledger.accounts[key]
            accounts[key]?.reserved = 0
        }
        for id in changes.requests { requests[id] = ledger.running[id] }
        for (id, request) in changes.ended { requests[id] = request }
    }

    private var rebuilt: LedgerState {
        var ledger = LedgerState(piece: Self.piece)
        for account in accounts.values { ledger.load(account) }
        for request in requests.values where request.ending == nil { ledger.load(request) }
        return ledger
    }

    private mutating func kill(power: Bool) {
        ledger = nil
        if power {
            powerCuts += 1
            bootChanged = true
        } else {
            crashes += 1
        }
        for index in clients.indices {
            switch clients[index].phase {
            case .finished, .refused, .lost: break
            case .idle, .reserved, .streaming, .counted, .leasing, .settling: clients[index].phase = .lost
            }
        }
    }

    private mutating func recover() {
        ledger = rebuilt
        let open = requests.values.filter { $0.ending == nil }.sorted { $0.id.text < $1.id.text }
        let (cells, bootChanged) = (cells, bootChanged)
        change { ledger, now throws(LedgerRefusal) in
            for request in open {
                let cell = cells[request.cell.slot]
                if let cell, cell.tag == request.cell.tag, !bootChanged {
                    try ledger.settle(request.id, delivered: cell.count, .crashed, now: now)
                } else {
                    try ledger.settle(request.id, delivered: 0, .powerLost, now: now)
                }
            }
        }
        self.bootChanged = false
    }
}
