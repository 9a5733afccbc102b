internal import AIUJSON
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Shows a file, or tells what is known of it.
struct FileReading {
    let scope: WorkspaceScope
    let choice: FileChoice

    func read(_ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let file = try choice.file(arguments.text("path") ?? arguments.text("pattern"), .document)
        if WorkspaceWalk.entry(file.path, "")?.isFolder ?? false {
            throw ToolReply.Failure(.invalid, "'\(file.name)' is a folder; ask what is in it, or name a file.")
        }
        let limit = arguments.integer("limit")
        let isEnd = arguments.text("from") == "end"
        let text = try isEnd ? end(file, limit ?? 10) : start(file, limit)
        return ToolReply(
            text: text,
            phrase: .init(
                text.isEmpty ? "file_browser.read.empty" : "file_browser.read", ["file": file.name, "text": text]))
    }

    /// As much as a reply holds; a longer file is there as a file already.
    private func start(_ file: FileChoice.Chosen, _ limit: Int?) throws(ToolReply.Failure) -> String {
        var reader = try LineReader(path: file.path, name: file.name)
        var bytes: [UInt8] = []
        var lines = 0
        while lines < limit ?? .max {
            let hasLine = try reader.next { line in
                for place in line.indices { bytes.append(line[place]) }
                bytes.append(0x0A)
            }
            if !hasLine { break }
            lines += 1
            if bytes.count > ToolReply.longestText {
                let cut = bytes.prefix(ToolReply.longestText - 8)
                return TextEncoding.text(cut[..<(cut.lastIndex(of: 0x0A) ?? cut.endIndex)]) + "\n…"
            }
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        return TextEncoding.text(bytes)
    }

    private func end(_ file: FileChoice.Chosen, _ limit: Int) throws(ToolReply.Failure) -> String {
        var reader = try LineReader(path: file.path, name: file.name)
        var last: [[UInt8]] = []
        var next = 0
        var bytes = 0
        let most = min(limit, 20_000)
        while try reader.next({ line in
            var copy: [UInt8] = []
            for place in line.indices { copy.append(line[place]) }
            bytes += copy.count + 1
            if last.count < most {
                last.append(copy)
            } else {
                bytes -= last[next].count + 1
                last[next] = copy
                next = (next + 1) % most
            }
        }) {}
        var lines = Array(last[next...] + last[..<next])
        while bytes > ToolReply.longestText, lines.count > 1 { bytes -= lines.removeFirst().count + 1 }
        return lines.map { TextEncoding.text($0) }.joined(separator: "\n")
    }

    func info(_ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let path: String =
            if let text = arguments.text("path") ?? arguments.text("pattern") {
                try choice.existing(text)
            } else {
                try choice.file(nil, .document).path
            }
        let name = scope.display(path)
        guard let entry = WorkspaceWalk.entry(path, name) else {
            throw ToolReply.Failure(.notFound, "There is no file '\(name)' in the workspace.")
        }
        let modified = Moment(milliseconds: entry.modified * 1000).description
        var value = FileBrowser.value(entry, name: name)
        guard !entry.isFolder else {
            let (entries, isCut) = WorkspaceWalk(path, hidden: true).entries()
            let files = entries.filter { !$0.isFolder }
            let size = files.reduce(Int64(0)) { $0 + $1.size }
            value["files"] = .integer(Int64(files.count))
            value["size"] = .integer(size)
            value["complete"] = .bool(!isCut)
            return ToolReply(
                text: "\(name): \(files.count) files, \(ByteText.write(size))", value: value,
                phrase: .init(
                    "file_browser.info.folder",
                    ["folder": name, "count": "\(files.count)", "size": ByteText.write(size), "modified": modified]))
        }
        var lines = ""
        if let count = lineCount(path, name) {
            value["lines"] = .integer(Int64(count))
            lines = "\(count)"
        }
        return ToolReply(
            text: "\(name): \(ByteText.write(entry.size)), modified \(modified)"
                + (lines.isEmpty ? "" : ", \(lines) lines"),
            value: value,
            phrase: .init(
                lines.isEmpty ? "file_browser.info" : "file_browser.info.text",
                ["file": name, "size": ByteText.write(entry.size), "modified": modified, "lines": lines]))
    }

    /// Nil for what is no text.
    private func lineCount(_ path: String, _ name: String) -> Int? {
        do throws(ToolReply.Failure) {
            var reader = try LineReader(path: path, name: name)
            while try reader.next({ _ in }) {}
            return reader.number
        } catch {
            return nil
        }
    }
}
