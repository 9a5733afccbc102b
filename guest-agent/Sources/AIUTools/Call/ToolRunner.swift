internal import AIUJSON
package import AIUSystem
package import AIUWire

/// One call from the bytes of an invocation to the bytes of a reply. Whatever goes wrong is a reply too.
package struct ToolRunner: Sendable {
    private let tool: String
    private let toolsDocument: String
    private let confine: @Sendable (ToolInvocation) throws(ToolReply.Failure) -> Void

    /// - Parameter confine: gives up, before the tool sees its arguments, what it does not need.
    package init(
        tool: String, toolsDocument: String = "/usr/share/aiu/tools.json",
        confine: @escaping @Sendable (ToolInvocation) throws(ToolReply.Failure) -> Void = { _ in }
    ) {
        self.tool = tool
        self.toolsDocument = toolsDocument
        self.confine = confine
    }

    /// Reads one invocation from a descriptor.
    package func reply(from input: borrowing FileDescriptor) -> ToolReply {
        do throws(SystemError) {
            return reply(to: try input.readToEnd(limit: ToolInvocation.longest))
        } catch {
            return ToolReply(ToolReply.Failure(.tooLarge, "The call of \(tool) could not be read: \(error)."))
        }
    }

    package func reply(to bytes: [UInt8]) -> ToolReply {
        do throws(ToolReply.Failure) {
            var invocation = try decode(bytes)
            guard let implementation = Toolbox.tool(named: tool) else { throw absent }
            let schema = try schema()
            invocation.arguments = try schema.check(invocation.arguments)
            try confine(invocation)
            return try bounded(try implementation.run(invocation), invocation)
        } catch {
            return ToolReply(error)
        }
    }

    /// A reply as it goes out; one that is too long loses its value for programs, never its text.
    package static func encode(_ reply: ToolReply) -> [UInt8] {
        // A value that cannot be written is as good as one that is too long.
        if let bytes = try? JSONText.encode(reply), bytes.count <= ToolReply.longest { return bytes }
        var short = reply
        short.value = nil
        // Without a value there is only text in it, which can always be written.
        return (try? JSONText.encode(short)) ?? []
    }

    private func decode(_ bytes: [UInt8]) throws(ToolReply.Failure) -> ToolInvocation {
        do throws(JSONError) {
            let limits = JSONLimits(maxBytes: ToolInvocation.longest, maxDepth: 64, maxMembers: 1_000_000)
            return try JSONText.decode(ToolInvocation.self, from: JSONNode(parsing: bytes, limits: limits))
        } catch {
            throw ToolReply.Failure(.invalid, "The call of \(tool) is not what a tool reads: \(error).")
        }
    }

    private func schema() throws(ToolReply.Failure) -> ToolSchema {
        do {
            let bytes = try Files.read(toolsDocument, limit: 1 << 20)
            return try ToolSchema(of: tool, in: JSON(parsing: bytes))
        } catch let failure as ToolReply.Failure {
            throw failure
        } catch {
            throw ToolReply.Failure(
                .unavailable, "\(tool) cannot run, because the description of the tools is broken: \(error).")
        }
    }

    private var absent: ToolReply.Failure {
        let hint =
            NearestName.find(tool, in: Toolbox.names).map { "; did you mean \($0)?" }
            ?? "; `aiu tool ls` shows those there are."
        return ToolReply.Failure(.unavailable, "This image has no tool \(Excerpt.quoted(tool))\(hint)")
    }

    /// What is longer than a text may be goes into a file as a whole.
    private func bounded(_ reply: ToolReply, _ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        guard reply.text.utf8.count > ToolReply.longestText else { return reply }
        let path = freePath(in: invocation.resultsFolder)
        do throws(SystemError) {
            try Files.replace(path, with: Array(reply.text.utf8), mode: 0o644)
        } catch {
            throw ToolReply.Failure(
                .failed, "The result of \(tool) is long and could not be put into a file: \(error).")
        }
        var short = reply
        short.text = String(decoding: reply.text.utf8.prefix(ToolReply.longestText), as: UTF8.self)
        if let end = short.text.lastIndex(of: "\n") { short.text = String(short.text[..<end]) }
        short.files.append(path)
        return short
    }

    private func freePath(in folder: String) -> String {
        for number in 1...1000 {
            let path = "\(folder)/\(tool)-\(number).txt"
            if !Files.exists(path) { return path }
        }
        return "\(folder)/\(tool).txt"
    }
}
