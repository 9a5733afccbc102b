package import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// The conversations of a VM: one file each on its state disk.
package struct ConversationStore: Sendable {
    package static let most = 10_000
    private static let longestTitle = 200
    private static let suffix = ".jsonl"

    private let folder: String

    package init(folder: String) { self.folder = folder }

    /// The newest first.
    package func list() throws(ConversationError) -> [Conversation] {
        let attempt = "list the conversations"
        var all: [Conversation] = []
        for id in try ids(attempt) {
            if let conversation = try file(id).read(to: attempt) { all.append(conversation) }
        }
        return all.sorted { ($0.updated, $0.id) > ($1.updated, $1.id) }
    }

    /// By id, or by title when just one has it.
    package func find(_ name: String, to attempt: String) throws(ConversationError) -> Conversation {
        let known = try ids(attempt)
        if known.contains(name), let conversation = try file(name).read(to: attempt) { return conversation }
        let all = try list()
        let named = all.filter { $0.title == name }
        if named.count == 1 { return named[0] }
        if named.count > 1 { throw ConversationError(attempt, .ambiguous(name, named.map(\.id))) }
        throw ConversationError(
            attempt, .notFound(name, nearest: NearestName.find(name, in: all.flatMap { [$0.id, $0.title] })))
    }

    /// A conversation that begins, not on the disk before its first turn.
    package func begin(title prompt: String, at time: Int64) -> Conversation {
        let words = prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let title = words.count > 60 ? words.prefix(59) + "…" : words
        return Conversation(id: Self.newID(), created: time, title: title, turns: [])
    }

    /// Keeps a turn; the conversation's file is made with its first.
    package func add(_ turn: ConversationTurn, to conversation: Conversation) throws(ConversationError) {
        let attempt = "keep the conversation"
        var kept = turn
        kept.answer = String(decoding: turn.answer.utf8.prefix(ConversationTurn.longestAnswer), as: UTF8.self)
        let file = file(conversation.id)
        var lines: [ConversationLine] = []
        if !Files.exists(file.path) {
            guard try ids(attempt).count < Self.most else { throw ConversationError(attempt, .tooMany(Self.most)) }
            lines = first(of: conversation)
        }
        try file.append(lines + [.turn(kept)], to: attempt)
    }

    /// Keeps what the oldest turns of a conversation come to; it is never exported, because it is made again.
    package func keep(_ digest: ConversationDigest, of conversation: Conversation) throws(ConversationError) {
        var kept = digest
        kept.text = String(decoding: digest.text.utf8.prefix(ConversationDigest.longest), as: UTF8.self)
        try file(conversation.id).append([.digest(kept)], to: "keep a summary of the conversation")
    }

    package func rename(_ name: String, to title: String) throws(ConversationError) {
        let attempt = "rename the conversation"
        try Self.check(title, attempt)
        try file(try find(name, to: attempt).id).append([.title(title)], to: attempt)
    }

    /// Says which it was.
    @discardableResult
    package func erase(_ name: String) throws(ConversationError) -> String {
        let attempt = "erase the conversation"
        let id = try find(name, to: attempt).id
        try remove(id, attempt)
        return id
    }

    @discardableResult
    package func eraseAll() throws(ConversationError) -> [String] {
        let attempt = "erase the conversations"
        let ids = try ids(attempt)
        for id in ids { try remove(id, attempt) }
        return ids
    }

    /// Those in which all the words are, with a place where the first is.
    package func search(_ text: String) throws(ConversationError) -> [ConversationSummary] {
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        guard !words.isEmpty else { return [] }
        return try list().compactMap { conversation in
            let texts = [conversation.title] + conversation.turns.flatMap { [$0.prompt, $0.answer] }
            let lowered = texts.map { $0.lowercased() }
            guard words.allSatisfy({ word in lowered.contains { $0.contains(word) } }) else { return nil }
            var summary = conversation.summary
            summary.excerpt = lowered.firstIndex { $0.contains(words[0]) }.map {
                Excerpt.around(words[0], in: texts[$0])
            }
            return summary
        }
    }

    /// A conversation that was exported, as a new one. A document that says which it continues is added to that one.
    package func importing(_ document: JSON) throws(ConversationError) -> Conversation {
        let attempt = "import the conversation"
        let exported = try ExportedConversation(document, attempt)
        var conversation: Conversation
        if let id = exported.continues {
            conversation = try find(id, to: attempt)
        } else {
            try Self.check(exported.title, attempt)
            guard try ids(attempt).count < Self.most else { throw ConversationError(attempt, .tooMany(Self.most)) }
            conversation = Conversation(id: Self.newID(), created: exported.created, title: exported.title, turns: [])
            try file(conversation.id).append(first(of: conversation), to: attempt)
        }
        try file(conversation.id).append(exported.turns.map { .turn($0) }, to: attempt)
        conversation.turns += exported.turns
        return conversation
    }

    private func first(of conversation: Conversation) -> [ConversationLine] {
        [
            .began(version: ConversationLine.version, id: conversation.id, time: conversation.created),
            .title(conversation.title),
        ]
    }

    private func file(_ id: String) -> ConversationFile { ConversationFile(path: "\(folder)/\(id)\(Self.suffix)") }

    private func ids(_ attempt: String) throws(ConversationError) -> [String] {
        do throws(SystemError) {
            try Files.makeFolder(folder)
            return try Files.names(in: folder).filter { $0.hasSuffix(Self.suffix) }.map {
                String($0.dropLast(Self.suffix.count))
            }
        } catch {
            throw ConversationError(attempt, error)
        }
    }

    private func remove(_ id: String, _ attempt: String) throws(ConversationError) {
        do throws(SystemError) {
            try Files.remove(file(id).path)
        } catch {
            throw ConversationError(attempt, error)
        }
    }

    private static func check(_ title: String, _ attempt: String) throws(ConversationError) {
        guard !title.isEmpty, title.count <= longestTitle else {
            throw ConversationError(attempt, .badTitle("has 1 to \(longestTitle) characters"))
        }
        guard !title.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ConversationError(attempt, .badTitle("is one line without control characters"))
        }
    }

    /// Long enough that two never meet, short enough to be typed.
    private static func newID() -> String {
        (0..<3).map { _ in
            let part = String(UInt16.random(in: 0...UInt16.max), radix: 16)
            return String(repeating: "0", count: 4 - part.count) + part
        }.joined()
    }
}
