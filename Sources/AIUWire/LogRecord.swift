/// One line that the guest wants the host to keep.
package struct LogRecord: Codable, Equatable, Sendable {
    package enum Source: String, Codable, Sendable { case agent, kernel }
    package enum Level: String, Codable, Sendable { case debug, info, warning, error }

    package var source: Source
    package var level: Level
    /// Milliseconds since the guest's kernel started: the wall clock may not be set yet.
    package var uptime: Int64
    package var text: String

    package init(source: Source, level: Level, uptime: Int64, text: String) {
        self.source = source
        self.level = level
        self.uptime = uptime
        self.text = text
    }
}
