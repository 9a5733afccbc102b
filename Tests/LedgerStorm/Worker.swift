import AIUModel
import AIUStore
import AIUSystem
import Glibc

/// The process that is killed: all requests at once, each with a client that may leave and a guest that may lie or die.
struct Worker {
    private static let output: Int32 = 1

    let plan: Plan
    let round: UInt64
    let folder: String
    let bootID: String

    func run() async throws {
        let settings = SQLiteLedger.Settings(bootID: bootID)
        let ledger = try SQLiteLedger(
            database: "\(folder)/ledger.db", meter: "\(folder)/ledger.meter", settings: settings)
        Self.tell("R")
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<plan.requests {
                group.addTask { await serve(index, ledger) }
            }
        }
        ledger.close()
        Self.tell("Z")
    }

    private func serve(_ index: Int, _ ledger: SQLiteLedger) async {
        var random = Random(plan.seed, UInt64(index), round, 7)
        let request = plan.request(index)
        do throws(Failure) {
            let grant = try await ledger.reserve(request)
            if Bool.random(using: &random) {
                // A client that was not answered in time asks again.
                let again = try await ledger.reserve(request)
                if again.responseTokens != grant.responseTokens || again.ended != grant.ended {
                    Self.tell("!again \(index)")
                }
            }
            if grant.ended != nil { return }
            let end = try await stream(index, grant, ledger, &random)
            let delivered = grant.cell.delivered
            try await ledger.settle(grant.id, delivered: delivered, end)
            if Bool.random(using: &random) { try await ledger.settle(grant.id, delivered: delivered + 5, .done) }
            if grant.cell.count(1) { Self.tell("!counts after its end \(index)") }
        } catch {
            if error.reason != .exhausted { Self.tell("!\(index): \(error)") }
        }
    }

    /// The guest would go on for twice what was granted, if it were let.
    private func stream(
        _ index: Int, _ grant: TokenGrant, _ ledger: SQLiteLedger, _ random: inout Random
    ) async throws(Failure) -> TokenEnd {
        let wish = Int.random(in: 0...2 * grant.responseTokens, using: &random)
        let end: TokenEnd = [.done, .cancelled, .guestGone].randomElement(using: &random) ?? .done
        for token in 0..<wish {
            if !grant.cell.count(1) {
                if grant.cell.leased < grant.responseTokens { _ = try await ledger.lease(grant.id) }
                if !grant.cell.count(1) { return .cut }
            }
            // Only now it goes to the client.
            Self.tell("T\(index)")
            if token % 4 == 0 { await Task.yield() }
        }
        return end
    }

    /// One line at once: a kill never leaves a part of it.
    private static func tell(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(output, $0.baseAddress, $0.count) }
    }
}
