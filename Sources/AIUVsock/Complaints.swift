internal import AIUSystem

/// Warnings about somebody who could cause any number of them: after a few, silence.
struct Complaints {
    private let log: Log
    private var left = Limits.complaints

    init(_ part: String) { log = Log(part) }

    mutating func complain(_ message: @autoclosure () -> String) {
        guard left > 0 else { return }
        left -= 1
        log.warning(left > 0 ? message() : message() + " (and no more of these)")
    }
}
