internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// One metered stream, from the guest's first word to the last that the client gets.
actor MeterRun {
    /// What is measured, and by what.
    struct Plan: Sendable {
        let grant: TokenGrant
        let vocabulary: VocabularyFile
        let limits: MeterLimits
        let ledger: any Ledger
        let counter: any TokenCounting
        let log: Log
        let subject: String
    }

    private let executor: LoopExecutor
    private let plan: Plan
    private let begun = ContinuousClock.now
    private var meter: AnswerMeter
    private let client: LoopSocket
    private let guest: LoopSocket
    private let recorder: (any AnswerRecorder)?
    private var whole: ContinuousClock.Instant { begun + plan.limits.whole }
    private var fullSince: ContinuousClock.Instant?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Takes over both sockets.
    init(
        _ executor: LoopExecutor, _ plan: Plan, _ meter: AnswerMeter, guest: Int32, client: Int32,
        recorder: (any AnswerRecorder)?
    ) {
        self.executor = executor
        self.plan = plan
        self.meter = meter
        self.recorder = recorder
        let loop = unsafe executor.loop
        self.guest = LoopSocket(loop, owning: guest)
        self.client = LoopSocket(loop, owning: client)
    }

    func run() async {
        do throws(SystemError) {
            try guest.start()
            try client.start()
        } catch {
            plan.log.error("\(plan.subject) cannot be metered: \(error)")
            await settle(.unsent)
            _ = await record(Failure(.internalError, "the answer could not be counted: \(error)"))
            return hangUp()
        }
        // Whoever leaves has cancelled: the work in the VM ends at once.
        client.whenClosed = { [guest] in guest.hangUp() }
        let replies = Task { await passReplies() }
        do throws(MeterProblem) {
            try await listen()
            await end(nil)
        } catch {
            await end(error)
        }
        hangUp()
        await replies.value
    }

    // MARK: From the guest to the client

    private func listen() async throws(MeterProblem) {
        var decoder = FrameDecoder()
        while true {
            let bytes = try await receive()
            if bytes.isEmpty {
                if meter.isFull { return }
                throw .guestGone("it broke off before it had ended")
            }
            decoder.feed(bytes)
            while let frame = try next(&decoder) {
                switch try meter.hear(frame) {
                case .pass(let frame):
                    try await letThrough(isOver: false)
                    try await send(frame)
                case .last: return try await letThrough(isOver: true)
                case .text, .nothing: continue
                }
            }
            try await letThrough(isOver: false)
        }
    }

    private func next(_ decoder: inout FrameDecoder) throws(MeterProblem) -> Frame? {
        do throws(WireError) {
            return try decoder.next()
        } catch {
            throw .guest("\(error)")
        }
    }

    private func receive() async throws(MeterProblem) -> [UInt8] {
        let patience = fullSince.map { $0 + plan.limits.closing } ?? min(whole, .now + plan.limits.silence)
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try await guest.read(until: patience)
        } catch {
            throw .guestGone("\(error)")
        }
        if client.isClosed { throw .clientGone }
        if let bytes { return bytes }
        // It had time enough to say how it came to its answer.
        if fullSince != nil { return [] }
        throw .guestGone(
            whole <= .now
                ? "it did not end within \(plan.limits.whole)" : "it has said nothing for \(plan.limits.silence)")
    }

    /// Counts the text that came, and hands on what was granted.
    private func letThrough(isOver: Bool) async throws(MeterProblem) {
        while let part = meter.part(isOver: isOver) {
            let tally: TokenTally
            do throws(Failure) {
                tally = try await plan.counter.tally(part, by: plan.vocabulary)
                try await lease(tally.tokens)
            } catch {
                throw .refused(error)
            }
            if client.isClosed { throw .clientGone }
            // Counted before a byte of it leaves: whatever ends this process, it was not for nothing.
            guard plan.grant.cell.count(tally.tokens) else {
                throw .refused(Failure(.timedOut, "the tokens of this answer were given back meanwhile"))
            }
            let bytes = try meter.counted(tally)
            if meter.isFull, fullSince == nil { fullSince = .now }
            if meter.isStreamed {
                for frame in try AnswerMeter.pieces(bytes) { try await send(frame) }
            }
            if tally.bytes == 0 { break }
        }
    }

    private func lease(_ tokens: Int) async throws(Failure) {
        let cell = plan.grant.cell
        while cell.leased - cell.delivered < tokens {
            let former = cell.leased
            guard try await plan.ledger.lease(plan.grant.id) > former else { return }
        }
    }

    private func send(_ frame: Frame) async throws(MeterProblem) {
        let wasTaken: Bool
        do throws(SystemError) {
            wasTaken = try await client.write(frame.encoded, until: whole)
        } catch {
            throw .clientGone
        }
        guard wasTaken else { throw .clientGone }
    }

    // MARK: From the client to the guest

    /// Answers to questions. Nothing in them is measured; the guest is only handed what the client said.
    private func passReplies() async {
        do throws(SystemError) {
            while let bytes = try await client.read(until: whole), !bytes.isEmpty {
                guard try await guest.write(bytes, until: whole) else { return }
            }
            if !client.isClosed { shutdown(guest.descriptor.raw, Int32(SHUT_WR)) }
        } catch {
            plan.log.debug("\(plan.subject): replies are not passed on any more: \(error)")
        }
    }

    // MARK: The end

    /// First the ledger and the audit, then the last word: whoever has read that finds both as they will stay.
    private func end(_ problem: MeterProblem?) async {
        switch problem {
        case nil:
            var failure: Failure?
            if case .failed(let said) = meter.last {
                failure = Failure(.unavailable, said.message)
                await settle(.guestGone)
            } else {
                await settle(meter.isFull ? .cut : .done)
            }
            if let problem = await record(failure) {
                let reason: OperationFailure.Reason = problem.reason == .noSpace ? .noSpace : .unavailable
                return await fail(OperationFailure(reason, problem.message))
            }
            do throws(MeterProblem) {
                let took = ContinuousClock.now - begun
                try await send(
                    try meter.lastWord(
                        promptTokens: plan.grant.promptTokens, model: plan.vocabulary.name,
                        milliseconds: took / .milliseconds(1)))
            } catch {
                await fail(OperationFailure(.unavailable, "the VM's last word cannot be passed on: \(error)"))
            }
        case .clientGone:
            await settle(.cancelled)
            _ = await record(Failure(.unavailable, "whoever asked had left before the answer was whole"))
        case .guestGone(let why): await end(.guestGone, "the VM's assistant gave no whole answer: \(why)")
        case .guest(let why):
            plan.log.warning("\(plan.subject): ended: \(why)")
            await end(.guestGone, "the VM's assistant was stopped: \(why)")
        case .refused(let failure):
            plan.log.warning("\(plan.subject): ended: \(failure)")
            await end(.cancelled, failure.message)
        }
    }

    private func end(_ end: TokenEnd, _ message: String) async {
        await settle(end)
        _ = await record(Failure(.unavailable, message))
        await fail(OperationFailure(.unavailable, message))
    }

    /// Why it could not be recorded; nil when it was, or need not be.
    private func record(_ failure: Failure?) async -> Failure? {
        do throws(Failure) {
            try await recorder?.answered(meter.text, failure)
            return nil
        } catch {
            plan.log.error("\(plan.subject): \(error)")
            return error
        }
    }

    private func settle(_ end: TokenEnd) async {
        do throws(Failure) {
            try await plan.ledger.settle(plan.grant.id, delivered: meter.delivered, end)
        } catch {
            // The cell has the number: the ledger settles by it when it can be written again.
            plan.log.error("\(plan.subject): the end was not written down: \(error)")
        }
    }

    private func fail(_ failure: OperationFailure) async {
        do {
            try await send(try Frame(.failed, encoding: failure))
        } catch {
            plan.log.debug("\(plan.subject): nobody hears that it failed: \(error)")
        }
    }

    private func hangUp() {
        client.whenClosed = {}
        guest.hangUp()
        // What was sent is still read by the other end.
        client.hangUp()
    }
}
