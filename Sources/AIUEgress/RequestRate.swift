/// Requests of the last minute, second by second.
struct RequestRate {
    private var seconds = [Int](repeating: 0, count: 60)
    private var current = 0
    private(set) var lastMinute = 0

    mutating func count() {
        seconds[current] += 1
        lastMinute += 1
    }

    mutating func nextSecond() {
        current = (current + 1) % seconds.count
        lastMinute -= seconds[current]
        seconds[current] = 0
    }
}
