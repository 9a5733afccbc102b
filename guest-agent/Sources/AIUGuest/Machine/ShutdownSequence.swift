internal import AIUSystem
package import AIUWire
internal import Glibc

/// Ends the guest in order: asks the processes, makes them, brings the disks to rest, says goodbye, switches off.
package final class ShutdownSequence {
    private static let longestGrace = 60_000
    private static let killLimit: Duration = .seconds(2)
    private static let goodbyeLimit: Duration = .milliseconds(250)

    private enum Step { case none, asking, killing, leaving }

    private let context: GuestContext
    private let machine: any Machine
    private let link: ControlLink
    private let server: OperationServer
    private let reaps: Bool
    private var step = Step.none
    private var restart = false
    /// Called once, before the first process is asked to end.
    package var onBegin: (() -> Void)?

    /// Without reaping (in tests) only time tells that everybody is gone.
    package init(
        context: GuestContext, machine: any Machine, link: ControlLink, server: OperationServer, reaps: Bool = true
    ) {
        self.reaps = reaps
        self.context = context
        self.machine = machine
        self.link = link
        self.server = server
    }

    /// A second order while one is carried out changes nothing.
    package func begin(_ order: ShutdownOrder) {
        guard step == .none else { return }
        step = .asking
        restart = order.action == .reboot
        context.journal.info(restart ? "restarting" : "shutting down")
        server.stopListening()
        onBegin?()
        context.reaper.onLonely = { [weak self] in self?.leave() }
        machine.signalEverybody(SIGTERM)
        // Interactive shells ignore SIGTERM, stopped processes everything but SIGCONT.
        machine.signalEverybody(SIGHUP)
        machine.signalEverybody(SIGCONT)
        let grace = min(max(order.graceMilliseconds, 0), Self.longestGrace)
        context.loop.after(.milliseconds(grace)) { [weak self] in self?.kill() }
        // When nobody runs no SIGCHLD will come.
        if reaps { context.loop.after(.zero) { [weak self] in self?.context.reaper.collect() } }
    }

    private func kill() {
        guard step == .asking else { return }
        step = .killing
        context.journal.info("some processes did not end in time and are killed")
        machine.signalEverybody(SIGKILL)
        context.loop.after(Self.killLimit) { [weak self] in self?.leave() }
    }

    private func leave() {
        guard step == .asking || step == .killing else { return }
        step = .leaving
        for problem in machine.settleDisks() { context.journal.warning(problem) }
        link.sayGoodbye(within: Self.goodbyeLimit) { [self] in
            do throws(SystemError) {
                try machine.end(restart: restart)
            } catch {
                context.journal.error("\(error)")
            }
        }
    }
}
