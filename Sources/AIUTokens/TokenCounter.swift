package import AIUModel
package import AIUSystem
internal import AIUTokenLink
internal import Glibc

/// Counts tokens in a process of its own, `aiu-tokens`, because the library that knows the vocabularies ends its process over
/// files and texts that it does not like. A process that ended is started again by the next question.
///
/// Lives on a thread of its own, on which it waits for the process.
package actor TokenCounter: TokenCounting {
    /// The bounds on waiting.
    package struct Settings: Sendable {
        /// Opening a vocabulary: seconds for the largest ones on slow machines.
        package var opening: Duration = .seconds(60)
        package var counting: Duration = .seconds(20)
        /// How long a file is not tried again over which the process ended.
        package var shunning: Duration = .seconds(300)

        package init() {}
    }

    private static let mostShunned = 1000

    private nonisolated let executor: LoopExecutor
    private let program: String
    private let settings: Settings
    private var process: TokenProcess?
    /// What the process holds, by slot.
    private var slots = [Slot?](repeating: nil, count: TokenQuestion.slots)
    private var uses = 0
    private var shunned: [String: (until: ContinuousClock.Instant, why: String)] = [:]

    private struct Slot {
        let digest: String
        var lastUse: Int
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Nothing is started yet. The thread lives as long as this process.
    package init(program: String, settings: Settings = Settings()) throws(SystemError) {
        self.program = program
        self.settings = settings
        executor = try LoopExecutor(name: "tokens")
    }

    package func tally(
        _ part: TextPart, by vocabulary: VocabularyFile
    ) async throws(Failure) -> TokenTally {
        guard part.bytes.count <= TextPart.longest else {
            throw Failure(.invalid, "\(part.bytes.count) bytes of a text are too many to be counted at once")
        }
        if let former = shunned[vocabulary.digest] {
            guard former.until <= .now else { throw refusal(of: vocabulary, former.why) }
            shunned[vocabulary.digest] = nil
        }
        do throws(TokenProblem) {
            return try ask(part, vocabulary)
        } catch .ended, .late {
            // It may be another vocabulary's fault, or that all together were too large: once more, with this one alone.
            guard !isAlone(vocabulary) else { return try giveUp(vocabulary) }
        } catch {
            throw refusal(of: vocabulary, error)
        }
        forget()
        do throws(TokenProblem) {
            return try ask(part, vocabulary)
        } catch .ended, .late {
            return try giveUp(vocabulary)
        } catch {
            throw refusal(of: vocabulary, error)
        }
    }

    /// Ends the process; the next question starts another.
    package func endProcess() { forget() }

    private func ask(_ part: TextPart, _ vocabulary: VocabularyFile) throws(TokenProblem) -> TokenTally {
        let slot = try slot(of: vocabulary)
        var question = TokenQuestion(kind: .count, slot: slot)
        question.isFirst = part.isFirst
        question.isLast = part.isLast
        question.limit = min(max(part.limit, 0), Int(UInt32.max))
        question.length = part.bytes.count
        guard let answer = try process?.ask(question, part.bytes, within: settings.counting) else {
            throw .ended("it has ended")
        }
        guard answer.tokens <= question.limit, answer.bytes <= part.bytes.count,
            answer.isFull || !part.isLast || answer.bytes == part.bytes.count,
            answer.bytes <= answer.tokens * Segments.bytesPerToken,
            answer.bytes == part.bytes.count || part.bytes[answer.bytes] & 0xC0 != 0x80
        else { throw .ended("what it answered cannot be") }
        return TokenTally(tokens: answer.tokens, bytes: answer.bytes, isFull: answer.isFull)
    }

    /// The place of a vocabulary that is open from now on, in the place of the one that was longest without use.
    private func slot(of vocabulary: VocabularyFile) throws(TokenProblem) -> Int {
        uses += 1
        if let known = slots.firstIndex(where: { $0?.digest == vocabulary.digest }) {
            slots[known]?.lastUse = uses
            return known
        }
        if process == nil { process = try TokenProcess.start(program) }
        let free = slots.indices.min { (slots[$0]?.lastUse ?? 0) < (slots[$1]?.lastUse ?? 0) } ?? 0
        let file = try Self.open(vocabulary.path)
        slots[free] = Slot(digest: vocabulary.digest, lastUse: uses)
        do throws(TokenProblem) {
            _ = try process?.ask(TokenQuestion(kind: .open, slot: free), file: file.raw, within: settings.opening)
        } catch {
            if case .refused = error { slots[free] = nil }
            throw error
        }
        return free
    }

    private static func open(_ path: String) throws(TokenProblem) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor.open(path, O_RDONLY | O_NOCTTY)
        } catch {
            throw .refused("\(error)")
        }
    }

    private func isAlone(_ vocabulary: VocabularyFile) -> Bool {
        slots.allSatisfy { $0 == nil || $0?.digest == vocabulary.digest }
    }

    private func forget() {
        process = nil
        slots = [Slot?](repeating: nil, count: TokenQuestion.slots)
    }

    private func giveUp(_ vocabulary: VocabularyFile) throws(Failure) -> TokenTally {
        forget()
        let why = "the program that reads vocabularies ends, or never does, over this one"
        if shunned.count >= Self.mostShunned { shunned = shunned.filter { $0.value.until > .now } }
        if shunned.count < Self.mostShunned {
            shunned[vocabulary.digest] = (.now + settings.shunning, why)
        }
        throw refusal(of: vocabulary, why)
    }

    private func refusal(of vocabulary: VocabularyFile, _ problem: TokenProblem) -> Failure {
        switch problem {
        case .notStarted(let why): Failure(.unavailable, "tokens cannot be counted: \(why)")
        case .refused(let why): refusal(of: vocabulary, why)
        case .ended(let why): refusal(of: vocabulary, why)
        case .late: refusal(of: vocabulary, "it takes too long")
        }
    }

    private func refusal(of vocabulary: VocabularyFile, _ why: String) -> Failure {
        Failure(
            .damaged,
            "tokens cannot be counted by the vocabulary of '\(vocabulary.name)': \(why); use another model, or add it again "
                + "from a good file")
    }
}
