/// Tells one life of the VM from another: a restore or a fork begins a new one without a boot.
package struct BootIdentity {
    private let boot: String
    private var generation = 0
    private var contextID: UInt32?

    package init(boot: String) { self.boot = boot }

    /// A VM is saved without its vsock device and gets a new one when it is restored, so a device that was away, or
    /// another address, marks a new life.
    package mutating func deviceIsAway() { contextID = nil }

    package mutating func current(contextID now: UInt32?) -> String {
        if started, now != contextID { generation += 1 }
        started = true
        contextID = now
        return generation == 0 ? boot : "\(boot).\(generation).\(now ?? 0)"
    }

    private var started = false
}
