/// Times of the same thing, done several times.
struct Measurement: Sendable {
    /// Milliseconds each.
    var times: [Double] = []

    var sample: Sample { Sample(times) }
    var mean: Double { sample.mean }
    var deviation: Double { times.count > 1 ? sample.deviation : 0 }
    var fastest: Double { times.min() ?? 0 }
    var slowest: Double { times.max() ?? 0 }

    static func milliseconds(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        return clock.measure(body) / .milliseconds(1)
    }
}
