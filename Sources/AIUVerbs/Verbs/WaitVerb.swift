internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu wait`: looks once, then follows the events; nothing is asked again and again.
struct WaitVerb {
    /// What is waited for.
    enum Goal: String, CaseIterable {
        case running, ready, paused, stopped, failed, deleted
    }

    private let session: Session
    private let goal: Goal

    init(_ session: Session) throws {
        self.session = session
        goal = try session.arguments.choice("for") ?? .ready
    }

    func run() throws -> Int32 {
        var waiting = try session.vmNames("vm")
        let limit = try session.timeout()
        // One deadline for everything that is asked.
        session.client.patience = Patience(limit: limit)
        do {
            // Listening begins before the look, so that nothing can happen in between unheard.
            let stream = try session.client.open(Calls.newEvents)
            var parser = EventStreamParser()
            try remove(from: &waiting) { _ in true }
            let line = Progress.start(title(waiting), isQuiet: !session.showsProgress || waiting.isEmpty)
            defer { line.finish() }
            while !waiting.isEmpty {
                guard let part = try stream.nextPart() else {
                    throw Problem(.unavailable, "aiud stopped while '\(waiting[0])' was waited for")
                }
                let events = try Self.events(part, &parser)
                guard !events.isEmpty else { continue }
                try remove(from: &waiting) { name in
                    events.contains { $0.vm == nil || $0.vm == name || $0.kind == .renamed }
                }
                line.update(title(waiting))
            }
        } catch ClientError.timedOut {
            let words = limit.map { DurationText.spell($0) } ?? "the time given"
            throw Problem(.timedOut, "\(try state(of: waiting)) after \(words)")
        }
        return 0
    }

    /// Looks at the VMs that something may have happened to, and takes those away that are as wished.
    private func remove(from waiting: inout [VMName], where mayHaveChanged: (VMName) -> Bool) throws {
        var rest: [VMName] = []
        for name in waiting {
            if mayHaveChanged(name), try isReached(name) {
                if session.isChatty { try session.write("'\(name)' is \(goal.rawValue)\n") }
            } else {
                rest.append(name)
            }
        }
        waiting = rest
    }

    private func isReached(_ name: VMName) throws -> Bool {
        let view: VMView
        do throws(ClientError) {
            view = try session.client.value(Calls.inspect(name))
        } catch {
            if goal == .deleted, case .refused(let failure) = error, failure.reason == .notFound { return true }
            throw error
        }
        let phase = view.record.phase
        let isReached =
            switch goal {
            case .running: phase == .running
            case .ready: phase == .running && view.agent?.silent == false
            case .paused: phase == .paused
            case .stopped: phase == .stopped
            case .failed: phase == .failed
            case .deleted: false
            }
        // It will not get there by itself any more.
        if !isReached, phase == .failed, goal != .deleted {
            throw Problem(.failure, "'\(name)' failed: \(view.record.failure ?? "for an unknown reason")")
        }
        return isReached
    }

    private static func events(_ part: [UInt8], _ parser: inout EventStreamParser) throws -> [VMEvent] {
        let found: [[UInt8]]
        do throws(HTTPError) {
            found = try parser.feed(part)
        } catch {
            throw ClientError.malformed(request: Calls.newEvents.purpose, reason: error.description)
        }
        return try found.map { try Client.decode(from: $0, of: Calls.newEvents) }
    }

    private func title(_ names: [VMName]) -> String {
        "waiting for \(Batch.list(names.map(\.text))) to be \(goal.rawValue)"
    }

    private func state(of names: [VMName]) throws -> String {
        let client = session.client
        client.patience = Patience(limit: .seconds(5))
        let phrases = names.map { name -> String in
            // When even this is not answered, the name has to do.
            let view: VMView? = try? client.value(Calls.inspect(name))
            return view.map { "'\(name)' is \($0.record.phase.rawValue)" } ?? "'\(name)'"
        }
        return phrases.joined(separator: ", ") + ", not \(goal.rawValue),"
    }
}
