package import AIUSystem
internal import CLinux
internal import Glibc

/// The guest's way out: what programs say to the local proxy and name server goes to the host, and nothing is understood
/// on the way. What may be reached is decided there.
package final class Door {
    /// The host's ports for the two kinds of connections.
    package enum Destination: UInt32, Sendable {
        case proxy = 1025
        case names = 1026
    }

    /// A connection to the host that may still be under way: a socket that does not block.
    package typealias Dial = (Destination) throws(SystemError) -> FileDescriptor

    private let loop: EventLoop
    private let limits: DoorLimits
    private let dial: Dial
    private let scratch = DoorScratch()
    private var listeners: [Listener] = []
    private var relays: [Int: DoorRelay] = [:]
    private var dials: [Int: DoorDial] = [:]
    private var lookups: [Int: DoorLookup] = [:]
    private var questions: Datagrams?
    private var lastNumber = 0
    private var isFull = false

    /// A socket that clients connect to, and where they are led.
    private final class Listener {
        let file: FileDescriptor
        let destination: Destination

        init(_ file: consuming FileDescriptor, _ destination: Destination) {
            self.file = file
            self.destination = destination
        }
    }

    package init(loop: EventLoop, limits: DoorLimits = DoorLimits(), dial: @escaping Dial) {
        self.loop = loop
        self.limits = limits
        self.dial = dial
    }

    package static func dialHost(_ destination: Destination) throws(SystemError) -> FileDescriptor {
        let raw = aiu_vsock_dial(VsockSocket.hostCID, destination.rawValue)
        return FileDescriptor(owning: try SystemError.check(raw, "dial the host"))
    }

    package var count: Int { relays.count + dials.count }

    /// Serves a listening socket, which does not block.
    package func serve(_ file: consuming FileDescriptor, leadingTo destination: Destination) throws(SystemError) {
        let listener = Listener(file, destination)
        listeners.append(listener)
        try watch(listener)
    }

    /// Answers questions that come as datagrams.
    package func answer(_ file: consuming FileDescriptor) throws(SystemError) {
        let datagrams = Datagrams(file, longest: limits.datagram)
        questions = datagrams
        try loop.watch(datagrams.file.raw, .read) { [weak self] _ in self?.takeQuestions() }
    }

    private func watch(_ listener: Listener) throws(SystemError) {
        try loop.watch(listener.file.raw, .read) { [weak self, unowned listener] _ in self?.acceptAll(listener) }
    }

    private func acceptAll(_ listener: Listener) {
        do throws(SystemError) {
            while !isFull, let client = try UnixSocket.accept(listener.file) {
                connect(client, to: listener.destination)
                checkRoom()
            }
        } catch {
            // Out of descriptors or memory for a moment: the client waits in the queue.
            pause(for: .milliseconds(100))
        }
    }

    private func connect(_ client: consuming FileDescriptor, to destination: Destination) {
        lastNumber += 1
        let number = lastNumber
        do throws(SystemError) {
            let dial = try DoorDial(client, try dial(destination), loop: loop) { [weak self] dial in
                self?.dialled(number, dial, destination)
            }
            dials[number] = dial
        } catch {
            // Closed is all that a client can be told before it has said which protocol it speaks.
        }
    }

    private func dialled(_ number: Int, _ dial: DoorDial, _ destination: Destination) {
        dials[number] = nil
        defer { checkRoom() }
        guard let pair = dial.take() else { return }
        let (client, host) = pair.take()
        let relay = DoorRelay(
            FileDescriptor(owning: client), FileDescriptor(owning: host), loop: loop, scratch: scratch,
            rounds: limits.rounds
        ) { [weak self] in
            self?.relays[number] = nil
            self?.checkRoom()
        }
        relays[number] = relay
        relay.start()
    }

    /// Stops accepting while there are too many, and goes on when there is room again.
    private func checkRoom() {
        let full = count >= limits.connections
        guard full != isFull else { return }
        isFull = full
        for listener in listeners {
            loop.unwatch(listener.file.raw)
            guard !full else { continue }
            // A loop that cannot watch has no memory left; the program is ended and started anew.
            do throws(SystemError) { try watch(listener) } catch { loop.stop() }
        }
    }

    private func pause(for delay: Duration) {
        guard !isFull else { return }
        isFull = true
        for listener in listeners { loop.unwatch(listener.file.raw) }
        loop.after(delay) { [weak self] in self?.checkRoom() }
    }

    // MARK: Names

    private func takeQuestions() {
        guard let questions else { return }
        do throws(SystemError) {
            while let question = try unsafe questions.receive(into: scratch.bytes) {
                guard lookups.count < limits.lookups else { continue }
                ask(question, questions)
            }
        } catch {
            // An answer that nobody waited for any more is told as an error of the socket, once.
        }
    }

    private func ask(_ question: Datagrams.Message, _ questions: Datagrams) {
        lastNumber += 1
        let number = lastNumber
        do throws(SystemError) {
            let lookup = try DoorLookup(
                question.bytes, over: try dial(.names), longest: limits.datagram, limit: limits.lookupTime, loop: loop
            ) { [weak self] answer in
                self?.lookups[number] = nil
                if let answer { questions.send(Datagrams.Message(bytes: answer, sender: question.sender)) }
            }
            lookups[number] = lookup
        } catch {
            // The asker's own time limit tells it.
        }
    }
}
