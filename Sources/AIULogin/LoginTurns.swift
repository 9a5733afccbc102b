package import AIUModel

/// Who may have a directory asked now.
///
/// Anybody may try names and passwords over the network, and each try takes as long as the directory wants. So few run at once;
/// of those whom nobody knows only some, and from one place only a few; the rest waits in a line in which each place has a few.
/// Whoever was let in from there before, and whoever shows a token, has turns that strangers cannot take.
package actor LoginTurns {
    package struct Limits: Sendable {
        package var all = 8
        package var strangers = 5
        package var perPlace = 2
        package var waiting = 64
        package var waitingPerPlace = 2
        package var patience: Duration = .seconds(10)

        package init() {}
    }

    /// Somebody who has a turn, or waits for one.
    package struct Visitor: Sendable {
        /// A network address, or the name of somebody who is known.
        let place: String
        let isKnown: Bool

        package init(_ place: String, isKnown: Bool) {
            self.place = (isKnown ? "+" : "-") + place
            self.isKnown = isKnown
        }
    }

    private struct Waiting {
        let number: Int
        let visitor: Visitor
        let turn: CheckedContinuation<Bool, Never>
    }

    private let limits: Limits
    private var running: [String: Int] = [:]
    private var all = 0
    private var strangers = 0
    private var line: [Waiting] = []
    private var last = 0

    package init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Returns when it is this one's turn, which is to be given back; throws when that does not come in time.
    package func take(_ visitor: Visitor) async throws(Failure) {
        if mayRun(visitor) { return begin(visitor) }
        let same = line.filter { $0.visitor.place == visitor.place }.count
        let peers = line.filter { $0.visitor.isKnown == visitor.isKnown }.count
        guard same < limits.waitingPerPlace, peers < limits.waiting else { throw Self.refusal }
        last += 1
        let number = last
        let clock = Task { [limits] in
            // A wait that is cancelled is over, too.
            try? await Task.sleep(for: limits.patience)
            self.leave(number)
        }
        let hasTurn = await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                line.append(Waiting(number: number, visitor: visitor, turn: turn))
                if Task.isCancelled { leave(number) }
            }
        } onCancel: {
            clock.cancel()
        }
        clock.cancel()
        guard hasTurn else { throw Self.refusal }
    }

    package func giveBack(_ visitor: Visitor) {
        all -= 1
        if !visitor.isKnown { strangers -= 1 }
        let left = (running[visitor.place] ?? 1) - 1
        running[visitor.place] = left > 0 ? left : nil
        serve()
    }

    private static let refusal = Failure(
        .unavailable,
        "too many others log in now; try again in a moment, or on the host itself, where `aiu` works as ever")

    private func mayRun(_ visitor: Visitor) -> Bool {
        all < limits.all && (visitor.isKnown || strangers < limits.strangers)
            && running[visitor.place] ?? 0 < limits.perPlace
    }

    private func begin(_ visitor: Visitor) {
        all += 1
        if !visitor.isKnown { strangers += 1 }
        running[visitor.place, default: 0] += 1
    }

    /// Whoever is known comes first; then whoever came first.
    private func serve() {
        func next(known: Bool) -> Int? {
            line.firstIndex { $0.visitor.isKnown == known && mayRun($0.visitor) }
        }
        while let index = next(known: true) ?? next(known: false) {
            let waiting = line.remove(at: index)
            begin(waiting.visitor)
            waiting.turn.resume(returning: true)
        }
    }

    private func leave(_ number: Int) {
        guard let index = line.firstIndex(where: { $0.number == number }) else { return }
        line.remove(at: index).turn.resume(returning: false)
    }
}
