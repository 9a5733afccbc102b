import AIULedger
import AIUModel
import Testing

@Suite("An account of tokens")
struct AccountTests {
    private func account(_ applied: AppliedBudget, used: Int = 0) -> AccountState {
        var account = AccountState(applied, policy: 1, now: Samples.noon)
        account.used = used
        return account
    }

    @Test(
        "a new window begins by the calendar of UTC",
        arguments: [
            // 2026-11-21 12:00 → the hour, the day, the month that it lies in, and their ends.
            (BudgetWindow.hour, Samples.noon, Samples.noon + 3_600_000),
            (.day, Samples.noon - Samples.day / 2, Samples.noon + Samples.day / 2),
            (.month, 1_793_491_200_000, 1_796_083_200_000),
        ])
    func windows(window: BudgetWindow, start: Int64, end: Int64) {
        #expect(window.start(of: Samples.noon) == start)
        #expect(window.end(of: start) == end)
        #expect(window.start(of: end - 1) == start && window.start(of: end) == end)
        #expect(window.count(from: start, to: end) == 1)
    }

    @Test(
        "months have their lengths",
        arguments: [
            // 2024-02-29 23:59 lies in a February of 29 days; 2100 has none.
            (1_709_251_140_000 as Int64, 1_706_745_600_000 as Int64, 1_709_251_200_000 as Int64),
            (4_107_456_000_000, 4_105_123_200_000, 4_107_542_400_000),
            // 1969-12-31, before the epoch.
            (-86_400_000, -2_678_400_000, 0),
        ])
    func months(time: Int64, start: Int64, end: Int64) {
        #expect(BudgetWindow.month.start(of: time) == start)
        #expect(BudgetWindow.month.end(of: start) == end)
    }

    @Test(
        "what is left over is lost, carried, or carried up to a number",
        arguments: [
            (BudgetRollover.none, 1 as Int64, 0), (.carry, 1, 60), (.capped(25), 1, 25), (.capped(100), 1, 60),
            // Two days without a request leave two whole days over.
            (.carry, 3, 260), (.capped(150), 3, 150), (.none, 3, 0),
        ])
    func rollover(rollover: BudgetRollover, days: Int64, carried: Int) {
        var account = account(Samples.budget("day", 100, rollover: rollover, warnAt: [300]), used: 40)
        _ = account.news()
        account.roll(to: Samples.noon + days * Samples.day)
        #expect(account.carried == carried && account.cap == 100 + carried && account.left == account.cap)
        #expect(account.used == 0 && account.warned == 0 && account.epoch == 1)
    }

    @Test("a clock that is put back opens no window again")
    func clockBack() {
        var account = account(Samples.budget("day", 100), used: 100)
        account.roll(to: Samples.noon - 40 * Samples.day)
        #expect(account.left == 0 && account.epoch == 0)
        account.roll(to: Samples.noon + Samples.day)
        account.used = 100
        account.roll(to: Samples.noon)
        #expect(account.left == 0 && account.epoch == 1)
    }

    @Test("a budget without an end is refilled, never beyond what it has")
    func refill() {
        let budget = Samples.budget("pool", 100, .never, refill: BudgetRefill(tokens: 30, every: .hour))
        var account = account(budget, used: 100)
        account.roll(to: Samples.noon + 3_599_999)
        #expect(account.left == 0)
        account.roll(to: Samples.noon + 3_600_000)
        #expect(account.left == 30)
        account.roll(to: Samples.noon + 3_700_000)
        #expect(account.left == 30)
        account.roll(to: Samples.noon)
        #expect(account.left == 30)
        account.roll(to: Samples.noon + 1000 * Samples.day)
        #expect(account.left == 100 && account.used == 0)
    }

    @Test("each threshold is told once in a window, and again after more was given")
    func warnings() {
        var account = account(Samples.budget("day", 10, warnAt: [500, 800]))
        account.used = 4
        #expect(account.news() == [])
        account.used = 9
        #expect(account.news() == [.warning(500), .warning(800)])
        #expect(account.news() == [])
        account.used = 10
        #expect(account.news() == [.exhausted])
        #expect(account.news() == [])
        account.grant(10)
        #expect(account.warned == 500 && !account.exhausted && account.left == 10)
        account.used = 16
        #expect(account.news() == [.warning(800)])
        account.roll(to: Samples.noon + Samples.day)
        account.used = 5
        #expect(account.news() == [.warning(500)])
        #expect(account.granted == 0)
    }

    @Test("a newer policy holds at once, an older one not any more; what was used stays used")
    func adopt() {
        var account = account(Samples.budget("day", 100), used: 60)
        account.adopt(Samples.budget("day", 50), policy: 3, now: Samples.noon)
        #expect(account.cap == 50 && account.left == 0)
        account.adopt(Samples.budget("day", 100), policy: 2, now: Samples.noon)
        #expect(account.cap == 50)
        account.adopt(Samples.budget("day", 100, .month), policy: 4, now: Samples.noon)
        #expect(account.left == 40 && account.windowEnds == 1_796_083_200_000)
    }

    @Test(
        "a forecast says in words when it runs out",
        arguments: [
            // Nothing used lately.
            ([:] as [Int64: Int], 100, nil as Int64?, "nothing was used"),
            // 100 in the 12 hours of today: 50 more last 6 hours.
            ([Samples.noon - Samples.day / 2: 100], 150, Samples.noon + Samples.day / 4, "runs out at about"),
            // At that rate the day ends first.
            ([Samples.noon - Samples.day / 2: 100], 1000, nil, "800 tokens will be left"),
            ([Samples.noon - Samples.day / 2: 100], 100, Samples.noon, "it is used up"),
        ])
    func forecast(spent: [Int64: Int], tokens: Int, runsOut: Int64?, words: String) {
        let used = spent.values.reduce(0, +)
        let forecast = Forecast.of(account(Samples.budget("day", tokens), used: used), spent: spent, now: Samples.noon)
        #expect(forecast.runsOut == runsOut)
        #expect(forecast.sentence.contains(words), "\(forecast.sentence)")
    }
}
