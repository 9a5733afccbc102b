package import AIUSystem

/// What only the first process of a VM may do to it; tests bring another one.
package protocol Machine {
    func setHostname(_ name: String) throws(SystemError)
    /// Milliseconds since 1970.
    func setClock(_ milliseconds: Int64) throws(SystemError)
    func addEntropy(_ bytes: [UInt8]) throws(SystemError)
    /// Signals every process but the agent.
    func signalEverybody(_ number: Int32)
    /// Brings everything that was written to disk and lets nothing more be written.
    func settleDisks() -> [String]
    /// Does not return when it works.
    func end(restart: Bool) throws(SystemError)
}
