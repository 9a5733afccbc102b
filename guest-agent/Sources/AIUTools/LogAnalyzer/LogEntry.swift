/// One entry of a log, as far as its line is understood.
struct LogEntry: Sendable {
    var time: Moment?
    var level: LogLevel?
    /// What it says, without time and level.
    var message: [UInt8]
}
