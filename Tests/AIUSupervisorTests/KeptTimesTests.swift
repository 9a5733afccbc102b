import AIUModel
import AIUSupervisor
import Testing

@Suite("Kept times")
struct KeptTimesTests {
    private static let hour: Int64 = 3_600_000
    private static let end = 1000 * hour

    /// A look: what the wall clock says, in hours from the end of the kept time, and what the steady one says.
    private struct Moment {
        var wall: Int64
        var steady: Int
    }

    /// After how many looks the VM is due, nil for not at all.
    private static func firstDue(_ moments: [Moment]) throws -> Int? {
        let id = try #require(VMID("0123456789ab"))
        var times = KeptTimes()
        for (index, moment) in moments.enumerated() {
            let look = times.look(
                at: [id: end], wall: end + moment.wall * hour, steady: .seconds(3600 * moment.steady))
            if look.due == [id] { return index + 1 }
        }
        return nil
    }

    @Test(
        "due is what was due an hour before, by a clock that did not jump",
        arguments: [
            ("time goes by", [(-1, 0), (0, 1), (1, 2)], 3),
            ("aiud starts when it is due already", [(50, 0), (51, 1)], 2),
            ("not due yet", [(-3, 0), (-2, 1), (-1, 2)], nil),
            ("two looks at once are one", [(5, 0), (5, 0), (5, 0)], nil),
            ("the host was asleep in between", [(-100, 0), (400, 500), (401, 501)], 3),
            ("the clock jumps over the end", [(-100, 0), (9000, 1), (-98, 2), (-97, 3)], nil),
            ("it stays there, and so it is the time", [(-100, 0), (9000, 1), (9001, 2)], 3),
            ("it goes to and fro", [(-100, 0), (9000, 1), (-98, 2), (9000, 3), (-96, 4), (9000, 5)], nil),
            ("the host starts ahead of the time and is put right", [(9000, 0), (-99, 1), (-98, 2)], nil),
            ("it is put back while the VM is due", [(1, 0), (-900, 1), (-899, 2)], nil),
        ] as [(String, [(Int64, Int)], Int?)])
    func due(what: String, moments: [(Int64, Int)], expected: Int?) throws {
        #expect(try Self.firstDue(moments.map { Moment(wall: $0.0, steady: $0.1) }) == expected, "\(what)")
    }

    @Test("a clock that is steered to the right time does not jump; any other step is told")
    func steering() throws {
        var times = KeptTimes()
        #expect(times.look(at: [:], wall: 0, steady: .zero).jump == nil)
        #expect(times.look(at: [:], wall: Self.hour + 200_000, steady: .seconds(3600)).jump == nil)
        #expect(times.look(at: [:], wall: 2 * Self.hour, steady: .seconds(7200)).jump == nil)
        #expect(times.look(at: [:], wall: 0, steady: .seconds(7200)).jump == .seconds(-7200))
    }
}
