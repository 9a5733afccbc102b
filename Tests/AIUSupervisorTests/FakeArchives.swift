import AIUModel
import Synchronization

/// Archives whose clients are told what to do.
final class FakeArchives: Archives {
    enum Answer: Equatable, Sendable {
        case accepted([UInt8])
        case refused(Failure)
    }

    static let vm = ArchivedVM(
        name: "brought", flavour: "micro", image: "0123456789abcdef", configuration: "{}",
        configurationOnDisk: String(repeating: "d", count: 64), labels: ["team": "docs"], size: .gibibytes(4))

    /// What clients send, and what becomes of it.
    let contents = Mutex<Result<ArchivedVM, Failure>>(.success(FakeArchives.vm))
    let fillFailure = Mutex<Failure?>(nil)
    let answers = Mutex<[Answer]>([])
    let exports = Mutex<[FakeExport]>([])
    let refusal = Mutex<Failure?>(nil)
    /// What the client of an upload sends.
    let upload = Mutex<[UInt8]>([])

    func beginExport(_ vm: ArchivedVM, diskPath: String) throws(Failure) -> any OutgoingArchive {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        let export = FakeExport(vm)
        exports.withLock { $0.append(export) }
        return export
    }

    func beginImport() throws(Failure) -> any IncomingArchive {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        return FakeImport(archives: self)
    }

    func beginUpload(of what: String) throws(Failure) -> any IncomingUpload { FakeUpload(archives: self) }
}

/// An export that ends when a test, or the supervisor, says so.
final class FakeExport: OutgoingArchive {
    let socket: Int32 = 43
    let vm: ArchivedVM
    /// What happens when the client hears the last word.
    let whenDismissed = Mutex<@Sendable () -> Void>({})
    private let outcome: AsyncStream<Failure?>
    private let end: AsyncStream<Failure?>.Continuation

    init(_ vm: ArchivedVM) {
        self.vm = vm
        (outcome, end) = AsyncStream.makeStream()
    }

    func finish(_ failure: Failure?) {
        end.yield(failure)
        end.finish()
    }

    func cancel() { finish(Failure(.unavailable, "cancelled")) }

    func dismiss() { whenDismissed.withLock { $0 }() }

    func ended() async -> Failure? {
        for await failure in outcome { return failure }
        return nil
    }
}

/// An import whose client has sent everything already.
struct FakeImport: IncomingArchive {
    let socket: Int32 = 44
    let archives: FakeArchives

    func cancel() {}

    func contents() async throws(Failure) -> ArchiveContents {
        ArchiveContents(vm: try archives.contents.withLock { $0 }.get(), data: .mebibytes(1))
    }

    func fill(_ diskPath: String) async throws(Failure) {
        if let failure = archives.fillFailure.withLock({ $0 }) { throw failure }
    }

    func accept(_ answer: [UInt8]) { archives.answers.withLock { $0.append(.accepted(answer)) } }

    func refuse(_ failure: Failure) { archives.answers.withLock { $0.append(.refused(failure)) } }
}
