package import AIUModel
internal import AIUPolicy
internal import Synchronization

/// The one policy of a host: what is in force, and how the next version comes to be. The database has the last word; the
/// file beside it is what people see and edit.
package final class PolicyKeeper: PolicyBook {
    /// What is in force.
    struct Current: Sendable {
        var document = PolicyDocument.empty
        var version: PolicyVersion
        /// Why the file is not what is in force.
        var problem: String?
        var homes: [VMName: Home] = [:]
        var listeners: [Int: AsyncStream<Int64>.Continuation] = [:]
        var nextListener = 0
    }

    /// Whose a VM is, and where it counts.
    struct Home: Equatable, Sendable {
        var owner: UInt32?
        var project: String?
    }

    /// In force before the first document: it says nothing.
    static let firstText = "{ \"format\": 1 }\n"

    let store: any PolicyStore
    let file: any PolicyFile
    let digest: @Sendable ([UInt8]) -> String
    private let clock: @Sendable () -> Int64
    private let people: PolicyPeople
    private let log: @Sendable (String) -> Void
    private let current: Mutex<Current>
    /// Held while a version is written, so that they come one after the other.
    private let writing = Mutex(())
    private let counting = Mutex(())

    package init(
        store: any PolicyStore, file: any PolicyFile, people: PolicyPeople,
        digest: @escaping @Sendable ([UInt8]) -> String, clock: @escaping @Sendable () -> Int64,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.file = file
        self.people = people
        self.digest = digest
        self.clock = clock
        self.log = log
        current = Mutex(
            Current(
                version: PolicyVersion(
                    version: 0, time: 0, author: "aiud", digest: digest(Array(Self.firstText.utf8)),
                    document: Self.firstText)))
    }

    // MARK: The policy in force

    var present: (document: PolicyDocument, version: PolicyVersion, problem: String?) {
        current.withLock { ($0.document, $0.version, $0.problem) }
    }

    package var version: Int64 { current.withLock { $0.version.version } }

    package func effective(_ subject: PolicySubject) -> PolicyInForce {
        let (document, version) = current.withLock { ($0.document, $0.version.version) }
        return effective(subject, under: document, version)
    }

    func effective(_ subject: PolicySubject, under document: PolicyDocument, _ version: Int64) -> PolicyInForce {
        let (subject, stranger) = completed(subject, document)
        let policy = EffectivePolicy(document, subject).inForce(version: version)
        return stranger.map { policy.closed(to: $0) } ?? policy
    }

    /// With the VM's project and owner where they are not said, and with the user's name and groups where they decide. Gives the
    /// user's number, too, where those are not known: then nobody can say which rules are theirs.
    func completed(
        _ subject: PolicySubject, _ document: PolicyDocument
    ) -> (subject: PolicySubject, stranger: UInt32?) {
        var subject = subject
        if let home = subject.vm.flatMap({ vm in current.withLock { $0.homes[vm] } }) {
            subject.project = subject.project ?? home.project
            subject.user = subject.user ?? home.owner
        }
        let decides = !document.users.isEmpty || !document.projects.isEmpty
        // Who asked may have been looked up by name only.
        guard decides, subject.groups.isEmpty, let user = subject.user else { return (subject, nil) }
        guard let account = people.account(of: user) else {
            // Whoever is named by number is known well enough.
            let isOpen = document.users["\(user)"] != nil || !document.isAbout(subject)
            return (subject, isOpen ? nil : user)
        }
        subject.name = subject.name ?? account.name
        subject.groups = account.groups
        return (subject, nil)
    }

    /// Looks again for those who were not known; whether what holds for somebody is another now.
    func lookAgain() -> Bool { people.lookAgain() }

    /// Those whom the host's directory does not know, or did not when it was asked last.
    var strangers: [UInt32] { people.strangers }

    package func changes() -> AsyncStream<Int64> {
        // Whoever is behind needs the newest only.
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let number = current.withLock { current in
            current.nextListener += 1
            current.listeners[current.nextListener] = continuation
            return current.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.current.withLock { $0.listeners[number] = nil }
        }
        return stream
    }

    /// Notes whose a VM is.
    func settle(_ record: VMRecord) {
        current.withLock { $0.homes[record.name] = Home(owner: record.owner, project: record.project) }
    }

    func forget(_ name: VMName) { current.withLock { $0.homes[name] = nil } }

    /// One at a time: what is counted here does not change before the body's own change is written down.
    func counted<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try counting.withLock { _ throws(Failure) in try body() }
    }

    // MARK: The next version

    /// Puts a draft in force: the database first, then the file, then everybody. What fails changes nothing.
    func put(_ draft: PolicyDraft, by author: String) throws(Failure) -> PolicyVersion {
        try writing.withLock { _ throws(Failure) in
            let former = current.withLock { $0.version }
            guard former.version == draft.base else {
                throw Failure(
                    .conflict,
                    "version \(former.version) of the policy was applied meanwhile; nothing is changed, `aiu policy show` "
                        + "shows it")
            }
            let next = PolicyVersion(
                version: former.version + 1, time: clock(), author: author, note: draft.note, digest: draft.digest,
                document: draft.text)
            try store.addPolicy(next)
            if !draft.isFile { try write(next) }
            do throws(Failure) {
                try store.markPolicyWritten(next.version)
            } catch {
                // The next start sees that the file is there.
                log("\(error)")
            }
            take(draft.document, next)
            return next
        }
    }

    private func write(_ version: PolicyVersion) throws(Failure) {
        do throws(Failure) {
            try file.write(Array((version.document ?? "").utf8))
        } catch {
            try store.dropPolicy(version.version)
            throw Failure(error.reason, "\(error.message); nothing is changed")
        }
    }

    func take(_ document: PolicyDocument, _ version: PolicyVersion) {
        let listeners = current.withLock { current in
            current.document = document
            current.version = version
            current.problem = nil
            return Array(current.listeners.values)
        }
        for listener in listeners { listener.yield(version.version) }
    }

    /// What is asked for is in force already; the file shall say so too.
    func restoreFile() throws(Failure) {
        try writing.withLock { _ throws(Failure) in
            let version = current.withLock { $0.version }
            let bytes = Array((version.document ?? "").utf8)
            if version.version > 0, try file.read() != bytes { try file.write(bytes) }
            note(problem: nil)
        }
    }

    /// The file is not what is in force; gives the words for it.
    @discardableResult
    func note(rejected error: Failure) -> String {
        let problem = "\(file.path) is not in force, version \(version) is: \(error.message)"
        note(problem: problem)
        return problem
    }

    func note(problem: String?) { current.withLock { $0.problem = problem } }
}
