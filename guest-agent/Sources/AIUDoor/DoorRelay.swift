internal import AIUSystem

/// One client's connection and its way to the host: bytes pass both ways, each at the pace of who takes them.
final class DoorRelay {
    /// Bytes on their way in one direction.
    private struct Direction {
        var pending: [UInt8] = []
        var sent = 0
        var sourceEnded = false
        var isShut = false
    }

    private let loop: EventLoop
    private let scratch: DoorScratch
    private let rounds: Int
    /// The client, and the host.
    private var ends: [DoorEnd] = []
    /// From the client to the host, and back.
    private var directions = [Direction(), Direction()]
    private var ended: (() -> Void)?

    init(
        _ client: consuming FileDescriptor, _ host: consuming FileDescriptor, loop: EventLoop, scratch: DoorScratch,
        rounds: Int, ended: @escaping () -> Void
    ) {
        self.loop = loop
        self.scratch = scratch
        self.rounds = rounds
        self.ended = ended
        let ready: () -> Void = { [weak self] in self?.pump() }
        ends = [DoorEnd(client, loop: loop, ready: ready), DoorEnd(host, loop: loop, ready: ready)]
    }

    func start() { pump() }

    func close() {
        guard let ended else { return }
        self.ended = nil
        for end in ends { end.forget() }
        ended()
    }

    private func pump() {
        do throws(SystemError) {
            var interests: [EventLoop.Interest] = [[], []]
            for source in 0...1 { try move(from: source, to: 1 - source, &interests) }
            if directions[0].isShut, directions[1].isShut { return close() }
            for index in 0...1 { try ends[index].want(interests[index]) }
        } catch {
            // Either end broke off: the other one learns it the same way.
            close()
        }
    }

    private func move(from source: Int, to target: Int, _ interests: inout [EventLoop.Interest]) throws(SystemError) {
        for _ in 0..<rounds {
            if try !flush(source, to: target) {
                interests[target].insert(.write)
                return
            }
            if directions[source].sourceEnded {
                if !directions[source].isShut { ends[target].finishWriting() }
                directions[source].isShut = true
                return
            }
            guard let count = try unsafe ends[source].file.read(into: scratch.bytes) else { break }
            if count == 0 {
                directions[source].sourceEnded = true
            } else {
                directions[source].pending = unsafe Array(scratch.bytes[..<count])
            }
        }
        // What is still to be sent after the last round goes first in the next turn.
        interests[directions[source].pending.isEmpty ? source : target].insert(
            directions[source].pending.isEmpty ? .read : .write)
    }

    /// Whether all that was read has been passed on.
    private func flush(_ source: Int, to target: Int) throws(SystemError) -> Bool {
        while directions[source].sent < directions[source].pending.count {
            guard let count = try ends[target].file.write(directions[source].pending, from: directions[source].sent)
            else { return false }
            directions[source].sent += count
        }
        directions[source].pending = []
        directions[source].sent = 0
        return true
    }
}
