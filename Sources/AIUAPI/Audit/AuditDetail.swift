internal import AIUDigest
internal import AIUJSON
internal import AIUModel
internal import AIUPolicy
internal import AIUWire

/// What the audit keeps of a request: what is wanted, but no contents. Those stay as a digest and a length, so that it can be
/// proven later what was sent, by whoever has it.
enum AuditDetail {
    private static let longestText = 256
    private static let longestList = 64
    /// Of a prompt or an answer that is kept in full, as it is written; a record has a limit, too.
    private static let longestWords = 24 << 10
    /// Of bodies: what is kept as it is. Everything else may be secret, somebody's words, or a slip that is both.
    private static let open: Set<String> = [
        "name", "ephemeral", "flavour", "preset", "processors", "memory", "storage", "encrypt", "labels",
        "removedLabels", "protected",
        "start", "force", "live", "timeoutMilliseconds", "stopTimeoutMilliseconds", "outputLimit", "command", "user",
        "directory", "files", "conversation", "model", "confirmed", "resultsFolder", "deleted", "failed", "images",
        "stamps", "models", "strays", "dryRun", "revision", "role", "vms", "project", "projects", "expiresMilliseconds",
        "budget", "tokens", "vm", "note", "rollbackTo", "reload", "expectedVersion",
        "verb", "host", "hosts", "ports", "methods", "paths", "method", "connect",
    ]

    /// A request's body as the audit reads it, once; nil for what is no order.
    static func body(of request: Request) -> JSON? {
        // What is no JSON is refused by the route; that somebody sent it is kept.
        request.schema == nil || request.body.isEmpty ? nil : try? JSON(parsing: request.body)
    }

    static func of(_ request: Request, _ body: JSON?, _ contents: AuditRules.Contents) -> JSON? {
        var members: [JSON.Member] = []
        for (name, value) in request.query.sorted(by: { $0.key < $1.key }) { members.append(.init(name, text(value))) }
        for (name, value) in request.path.sorted(by: { $0.key < $1.key }) where name == "tool" || name == "role" {
            members.append(.init(name, text(value)))
        }
        if !request.body.isEmpty {
            members +=
                body?.membersValue.map { members in
                    members.prefix(longestList).map { member in
                        guard member.name == "text", request.asksModel, let text = member.value.stringValue else {
                            return Self.member(member)
                        }
                        return .init(member.name, prompt(text, contents))
                    }
                } ?? [.init("body", digest(request.body))]
        }
        return members.isEmpty ? nil : .object(members)
    }

    /// What the thing that is made shall be called.
    static func name(in body: JSON?) -> String? {
        body?["name"]?.stringValue.flatMap { $0.utf8.count <= longestText ? $0 : nil }
    }

    /// Nil for what gives nothing away.
    static func of(
        _ operation: OperationRequest, _ contents: AuditRules.Contents
    ) -> (action: String, detail: JSON?)? {
        switch operation {
        case .execute(let order):
            var detail: JSON = ["command": list(order.command), "terminal": .bool(order.terminal != nil)]
            if let user = order.user { detail["user"] = text(user) }
            if let directory = order.directory { detail["directory"] = text(directory) }
            return ("execute", detail)
        case .put(let order): return ("copyIn", ["path": text(order.path), "name": text(order.name)])
        case .get(let order): return ("copyOut", ["path": text(order.path)])
        case .assist(.prompt(let order)):
            return ("prompt", ["text": prompt(order.text, contents), "files": list(order.files)])
        case .assist(.tool(let order)):
            return (
                "runTool",
                [
                    "tool": text(order.tool), "arguments": digest(Array(order.arguments.text().utf8)),
                    "files": list(order.files),
                ]
            )
        case .assist(.conversations(let order)): return conversation(order)
        case .assist(.memory(let order)): return memory(order)
        case .assist(.tools), .assist(.models): return nil
        }
    }

    private static func conversation(_ order: ConversationRequest) -> (action: String, detail: JSON?)? {
        switch order {
        case .list: nil
        case .show(let name): ("showConversation", ["conversation": text(name)])
        case .search(let words): ("searchConversations", ["text": digest(Array(words.utf8))])
        case .rename(let name, let title): ("renameConversation", ["conversation": text(name), "title": text(title)])
        case .export(let name): ("exportConversation", ["conversation": text(name)])
        case .importing(let document): ("importConversation", ["document": digest(Array(document.text().utf8))])
        case .erase(let name): ("eraseConversation", ["conversation": text(name)])
        case .eraseAll: ("eraseConversations", [:])
        }
    }

    private static func memory(_ order: MemoryRequest) -> (action: String, detail: JSON?) {
        switch order {
        case .list: ("listMemory", [:])
        case .add(let text): ("addMemory", ["text": digest(Array(text.utf8))])
        case .remove(let facts): ("removeMemory", ["facts": list(facts.map { "\($0)" })])
        case .clear: ("clearMemory", [:])
        }
    }

    private static func member(_ member: JSON.Member) -> JSON.Member {
        let name = String(member.name.prefix(longestText))
        // A secret's: whoever has a digest of a short one can find the secret.
        guard member.name != "value" else { return .init(name, .string("•••")) }
        guard open.contains(member.name) else { return .init(name, digest(Array(member.value.text().utf8))) }
        if member.name == "command", let words = member.value.arrayValue?.compactMap(\.stringValue) {
            return .init(name, list(words))
        }
        let whole = member.value.text()
        return .init(name, whole.utf8.count <= 4 * longestText ? member.value : digest(Array(whole.utf8)))
    }

    /// What somebody asked a model: as the policy says, and never what looks like a secret.
    private static func prompt(_ text: String, _ contents: AuditRules.Contents) -> JSON {
        words(Array(text.utf8), contents)
    }

    /// What a model or a tool answered, as far as it was let through.
    static func answer(_ text: [UInt8], _ contents: AuditRules.Contents) -> JSON { words(text, contents) }

    private static func words(_ text: [UInt8], _ contents: AuditRules.Contents) -> JSON {
        var kept = digest(text)
        guard contents == .full else { return kept }
        let redacted = Redaction.redact(String(decoding: text, as: UTF8.self))
        let beginning = beginning(of: redacted)
        kept["full"] = .string(beginning)
        if beginning.utf8.count < redacted.utf8.count { kept["cut"] = true }
        return kept
    }

    /// As much of a text as takes no more room than it may, in whole characters of Unicode. A control character is written with
    /// six: who could make a record too long could keep it from being made.
    private static func beginning(of text: String) -> String {
        var room = longestWords
        var end = text.unicodeScalars.startIndex
        while end < text.unicodeScalars.endIndex {
            let scalar = text.unicodeScalars[end]
            let isPlain = scalar.value >= 0x20 && scalar != "\"" && scalar != "\\" && scalar.value != 0x7F
            room -= isPlain ? UTF8.width(scalar) : 6
            guard room >= 0 else { break }
            end = text.unicodeScalars.index(after: end)
        }
        return String(text.unicodeScalars[..<end])
    }

    /// A long one by its beginning, so that nothing is hidden behind its length.
    private static func text(_ text: String) -> JSON {
        guard text.utf8.count > longestText else { return .string(text) }
        var short = digest(Array(text.utf8))
        short["begins"] = .string(String(text.prefix(longestText)))
        return short
    }

    private static func list(_ texts: [String]) -> JSON {
        var list = texts.prefix(longestList).map(text)
        if texts.count > longestList { list.append(digest(Array(texts.joined(separator: "\u{0}").utf8))) }
        return .array(list)
    }

    private static func digest(_ bytes: [UInt8]) -> JSON {
        ["sha256": .string(SHA256.hex(of: bytes)), "bytes": .integer(Int64(bytes.count))]
    }
}
