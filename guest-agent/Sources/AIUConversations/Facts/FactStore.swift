internal import AIUJSON
internal import AIUSystem
internal import Glibc

/// What a person asked the VM to remember: one file on its state disk.
package struct FactStore: Sendable {
    package static let most = 256
    private static let longestFile = 4 << 20
    /// Every reader of JSON has whole numbers so far.
    private static let mostNumber = 1 << 53 - 1

    private let folder: String

    package init(folder: String) { self.folder = folder }

    private struct Contents {
        var facts: [Fact] = []
        var next = 1
    }

    /// In the order in which they were told; each with what it means to the embedding model `space`, if that is known.
    package func facts(in space: String? = nil) throws(FactError) -> [Fact] {
        try read(space, "read what is remembered").facts
    }

    /// Keeps a fact; one that says the same in the same words is kept once.
    package func add(_ text: String, at time: Int64) throws(FactError) -> (fact: Fact, isNew: Bool) {
        let attempt = "remember this"
        guard let text = Fact.cleaned(text) else { throw FactError(attempt, .empty) }
        guard text.utf8.count <= Fact.longest else { throw FactError(attempt, .tooLong(Fact.longest)) }
        return try locked(attempt) { () throws(FactError) in
            let contents = try read(nil, attempt)
            if let known = contents.facts.first(where: { $0.text.lowercased() == text.lowercased() }) {
                return (known, false)
            }
            guard contents.facts.count < Self.most else { throw FactError(attempt, .tooMany(Self.most)) }
            guard contents.next <= Self.mostNumber else { throw FactError(attempt, .usedUp) }
            let fact = Fact(number: contents.next, time: time, text: text)
            let line = FactLine.fact(number: fact.number, time: fact.time, text: fact.text)
            try append(
                contents.next == 1 ? [.began(version: FactLine.version, next: 1), line] : [line], contents, attempt)
            return (fact, true)
        }
    }

    /// Keeps what facts mean to an embedding model, of those that are still there, once each.
    package func learn(_ meanings: [(number: Int, vector: FactVector)], in space: String) throws(FactError) {
        let attempt = "keep what facts mean"
        try locked(attempt) { () throws(FactError) in
            let contents = try read(space, attempt)
            let unknown = Set(contents.facts.filter { $0.vector == nil }.map(\.number))
            let lines = meanings.filter { unknown.contains($0.number) }.map {
                FactLine.meaning(number: $0.number, space: space, vector: $0.vector.hex)
            }
            if !lines.isEmpty { try append(lines, contents, attempt) }
        }
    }

    /// Erases facts for good; all of them are there, or nothing is changed.
    package func remove(_ numbers: [Int]) throws(FactError) -> [Fact] {
        let attempt = "forget this"
        return try locked(attempt) { () throws(FactError) in
            let contents = try read(nil, attempt)
            for number in numbers where !contents.facts.contains(where: { $0.number == number }) {
                throw FactError(attempt, .notFound(number))
            }
            try replace(with: contents.facts.filter { !numbers.contains($0.number) }, next: contents.next, attempt)
            return contents.facts.filter { numbers.contains($0.number) }
        }
    }

    package func clear() throws(FactError) {
        let attempt = "forget everything"
        try locked(attempt) { () throws(FactError) in
            // Of a file that cannot be read nobody knows a number.
            let next = (try? read(nil, attempt).next) ?? 1
            try replace(with: [], next: next <= Self.mostNumber ? next : 1, attempt)
        }
    }

    // MARK: The file

    private var file: LineFile { LineFile(path: "\(folder)/facts.jsonl", longest: Self.longestFile) }

    private func read(_ space: String?, _ attempt: String) throws(FactError) -> Contents {
        guard Files.exists(file.path) else { return Contents() }
        let lines: [ArraySlice<UInt8>]
        do throws(SystemError) { lines = try file.lines() } catch { throw FactError(attempt, error) }
        var contents = Contents()
        for line in lines {
            switch FactLine(line) {
            case .began(_, let next): contents.next = max(contents.next, min(next, Self.mostNumber + 1))
            case .fact(let number, let time, let text):
                // The file may have been put there by somebody else.
                guard contents.facts.count < Self.most, (1...Self.mostNumber).contains(number),
                    let text = Fact.cleaned(text)
                else { continue }
                contents.facts.append(Fact(number: number, time: time, text: text))
                contents.next = max(contents.next, number + 1)
            case .meaning(let number, let ofSpace, let hex):
                guard ofSpace == space, let place = contents.facts.firstIndex(where: { $0.number == number }) else {
                    continue
                }
                contents.facts[place].vector = FactVector(hex: hex)
            case nil: continue
            }
        }
        return contents
    }

    /// What facts mean to models fills the file in the end, and then makes room: it is found out again.
    private func append(_ lines: [FactLine], _ contents: Contents, _ attempt: String) throws(FactError) {
        let bytes = try encoded(lines, attempt)
        do throws(SystemError) {
            try file.append(bytes)
            return
        } catch {
            guard error.code == Errno(EFBIG) else { throw FactError(attempt, error) }
        }
        try replace(with: contents.facts, next: contents.next, attempt)
        do throws(SystemError) { try file.append(bytes) } catch { throw FactError(attempt, error) }
    }

    /// What facts mean goes with them; it is found out again.
    private func replace(with facts: [Fact], next: Int, _ attempt: String) throws(FactError) {
        let kept = facts.map { FactLine.fact(number: $0.number, time: $0.time, text: $0.text) }
        let bytes = try encoded([.began(version: FactLine.version, next: next)] + kept, attempt)
        do throws(SystemError) { try Files.replace(file.path, with: bytes) } catch { throw FactError(attempt, error) }
    }

    private func encoded(_ lines: [FactLine], _ attempt: String) throws(FactError) -> [UInt8] {
        do throws(JSONError) {
            var bytes: [UInt8] = []
            for line in lines { bytes += try line.encoded() }
            return bytes
        } catch {
            throw FactError(attempt, .system("\(error)"))
        }
    }

    /// Two prompts at once change the facts one after the other, although erasing puts another file in place.
    private func locked<Result>(
        _ attempt: String, _ body: () throws(FactError) -> Result
    ) throws(FactError) -> Result {
        let lock = try lock(attempt)
        let result = try body()
        // Not before the work is done.
        _ = consume lock
        return result
    }

    private func lock(_ attempt: String) throws(FactError) -> FileDescriptor {
        let path = "\(folder)/facts.lock"
        do throws(SystemError) {
            try Files.makeFolder(folder)
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
            try SystemError.checkErrno(flock(file.raw, LOCK_EX), "lock", path)
            return file
        } catch {
            throw FactError(attempt, error)
        }
    }
}
