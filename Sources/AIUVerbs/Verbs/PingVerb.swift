internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu ping`.
struct PingVerb {
    private static let mostTimes = 100_000

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let name = try session.vmName(try session.arguments.required("vm"))
        let count = try session.arguments.integer("count", in: 1...Self.mostTimes) ?? 1
        let limit = try session.timeout() ?? Session.usualWait
        var times: [Double] = []
        for _ in 0..<count {
            session.client.patience = Patience(limit: limit)
            let result: PingResult = try session.client.value(Calls.ping(name))
            times.append(result.milliseconds)
            if session.format == .table {
                try session.write("'\(name)' answered after \(Self.words(result.milliseconds))\n")
            }
        }
        let sorted = times.sorted()
        let median = sorted[sorted.count / 2]
        let json = JSON.object([
            .init("vm", .string(name.text)), .init("count", .integer(Int64(count))),
            .init("medianMilliseconds", .number(median)), .init("fastestMilliseconds", .number(sorted[0])),
            .init("slowestMilliseconds", .number(sorted[sorted.count - 1])),
        ])
        let summary =
            count == 1
            ? ""
            : "\(count) times: median \(Self.words(median)), fastest \(Self.words(sorted[0])), "
                + "slowest \(Self.words(sorted[sorted.count - 1]))\n"
        try session.answer(json, names: { [name.text] }, table: { summary })
        return 0
    }

    /// With two digits after the point: this is about tenths of a millisecond.
    private static func words(_ milliseconds: Double) -> String {
        let hundredths = Int((min(max(milliseconds, 0), 1e9) * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
    }
}
