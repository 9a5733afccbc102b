package import AIUWire

/// A VM as the API and the command line show it.
package struct VMView: Equatable, Sendable, Codable {
    /// What its agent said of itself, while it runs.
    package struct Agent: Equatable, Sendable, Codable {
        package var hello: Hello
        package var heartbeat: Heartbeat?
        /// Milliseconds since 1970 of its last sign of life.
        package var lastSeen: Int64
        /// It is connected, but has said nothing for so long that nobody waits for it.
        package var silent: Bool

        package init(hello: Hello, heartbeat: Heartbeat?, lastSeen: Int64, silent: Bool = false) {
            self.hello = hello
            self.heartbeat = heartbeat
            self.lastSeen = lastSeen
            self.silent = silent
        }
    }

    package var record: VMRecord
    package var accelerator: Accelerator?
    /// From the request to start to the agent's hello.
    package var readyMilliseconds: Double?
    /// Since its start, pauses included, whatever happened to the clock; absent while it does not run.
    package var uptimeMilliseconds: Int64?
    package var agent: Agent?

    package init(
        record: VMRecord, accelerator: Accelerator? = nil, readyMilliseconds: Double? = nil,
        uptimeMilliseconds: Int64? = nil, agent: Agent? = nil
    ) {
        self.record = record
        self.accelerator = accelerator
        self.readyMilliseconds = readyMilliseconds
        self.uptimeMilliseconds = uptimeMilliseconds
        self.agent = agent
    }
}
