internal import AIUJSON
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Writes, copies, moves and deletes.
struct FileChange {
    /// What is copied, moved or deleted at once; more is a person's own work.
    private static let mostEntries = 10_000

    let scope: WorkspaceScope
    let choice: FileChoice

    func write(_ arguments: Arguments, appending: Bool) throws(ToolReply.Failure) -> ToolReply {
        var text = arguments.rawText("text") ?? ""
        let path = try target(arguments)
        let name = scope.display(path)
        if WorkspaceWalk.entry(path, "")?.isFolder ?? false {
            throw ToolReply.Failure(.invalid, "'\(name)' is a folder; say the name of a file in it.")
        }
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        let isNew = !Files.exists(path)
        do throws(SystemError) {
            if let slash = path.lastIndex(of: "/") { try Files.makeFolder(String(path[..<slash]), mode: 0o755) }
            if appending {
                let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o644)
                let size = Int64(try file.metadata().st_size)
                if size > 0, try file.read(1, at: size - 1) != [0x0A] { text = "\n" + text }
                try file.writeAll(Array(text.utf8))
            } else {
                try Files.replace(path, with: Array(text.utf8), mode: 0o644)
            }
        } catch {
            throw TextFile.failure(error, name: name)
        }
        let phrase = appending ? "append" : isNew ? "write" : "replace"
        return ToolReply(
            text: name, value: .object([.init("path", .string(path)), .init("new", .bool(isNew))]),
            phrase: .init("file_browser.\(phrase)", ["file": name, "size": ByteText.write(Int64(text.utf8.count))]),
            files: [path])
    }

    /// Where to write: a file that is named loosely and exists is not looked for, a new one is made.
    private func target(_ arguments: Arguments) throws(ToolReply.Failure) -> String {
        if let text = arguments.text("path") ?? arguments.text("destination") { return try scope.path(text) }
        for number in 1...999 {
            let path = "\(scope.root)/answer\(number == 1 ? "" : "-\(number)").txt"
            if !Files.exists(path) { return path }
        }
        throw ToolReply.Failure(.invalid, "Say what the file shall be called.")
    }

    func transfer(_ arguments: Arguments, moving: Bool) throws(ToolReply.Failure) -> ToolReply {
        let sources = try expand(arguments.requiredText("path"))
        let wanted = try arguments.requiredText("destination").unquoted
        var made: [String] = []
        for source in sources {
            let target = try destination(wanted, of: source, isOne: sources.count == 1, moving: moving)
            guard target != source else {
                throw ToolReply.Failure(.invalid, "'\(scope.display(source))' is there already.")
            }
            guard !target.hasPrefix(source + "/") else {
                throw ToolReply.Failure(.invalid, "'\(scope.display(source))' cannot go into itself.")
            }
            guard WorkspaceWalk.entry(target, "") == nil else {
                throw ToolReply.Failure(
                    .invalid, "'\(scope.display(target))' exists already; choose another name, or delete it first.")
            }
            try check(source)
            do throws(SystemError) {
                if let slash = target.lastIndex(of: "/") {
                    try Files.makeFolder(String(target[..<slash]), mode: 0o755)
                }
                if moving { try move(source, target) } else { try copy(source, target) }
            } catch {
                throw TextFile.failure(error, name: scope.display(error.subject.isEmpty ? target : error.subject))
            }
            made.append(target)
        }
        let names = made.map { scope.display($0) }
        return ToolReply(
            text: names.joined(separator: "\n"), value: .array(names.map { .string($0) }),
            phrase: .init(
                moving ? "file_browser.move" : "file_browser.copy",
                [
                    "source": ColumnChoice.list(sources.map { scope.display($0) }, atMost: 8),
                    "target": ColumnChoice.list(names, atMost: 8),
                ]), files: made)
    }

    private func destination(
        _ wanted: String, of source: String, isOne: Bool, moving: Bool
    ) throws(ToolReply.Failure) -> String {
        let name = FileChoice.base(source)
        let folder = source.lastIndex(of: "/").map { String(source[..<$0]) } ?? scope.root
        var path = try scope.path(wanted)
        if WorkspaceWalk.entry(path, "")?.isFolder ?? false { return "\(path)/\(name)" }
        if wanted.hasSuffix("/") || !isOne { return "\(path)/\(name)" }
        let isFolder = WorkspaceWalk.entry(source, "")?.isFolder ?? false
        // `move report.pdf to archive`: a file with an ending hardly loses it.
        if !isFolder, name.contains("."), !FileChoice.base(wanted).contains(".") { return "\(path)/\(name)" }
        // Renaming: a new name alone stays beside the old one.
        if moving, !wanted.contains("/"), folder != scope.root, folder.hasPrefix(scope.root + "/") {
            path = try scope.path("\(folder)/\(wanted)")
        }
        return path
    }

    func delete(_ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let paths = try expand(try subject(arguments, "pattern"))
        guard !paths.contains(scope.root) else {
            throw ToolReply.Failure(.denied, "The whole workspace is not deleted; name what shall go.")
        }
        var count = 0
        for path in paths { count += try check(path) }
        for path in paths {
            do throws(SystemError) {
                if WorkspaceWalk.entry(path, "")?.isFolder ?? false {
                    try Files.removeTree(path)
                } else {
                    try Files.remove(path)
                }
            } catch {
                throw TextFile.failure(error, name: scope.display(path))
            }
        }
        let names = paths.map { scope.display($0) }
        return ToolReply(
            text: names.joined(separator: "\n"),
            value: .object([
                .init("deleted", .array(names.map { .string($0) })), .init("entries", .integer(Int64(count))),
            ]),
            phrase: .init("file_browser.delete", ["files": ColumnChoice.list(names, atMost: 20), "count": "\(count)"]))
    }

    func createFolder(_ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let path = try scope.path(try subject(arguments, "destination"))
        let name = scope.display(path)
        guard WorkspaceWalk.entry(path, "") == nil else {
            throw ToolReply.Failure(.invalid, "'\(name)' exists already.")
        }
        do throws(SystemError) { try Files.makeFolder(path, mode: 0o755) } catch {
            throw TextFile.failure(error, name: name)
        }
        return ToolReply(text: name, phrase: .init("file_browser.create_folder", ["folder": name]), files: [path])
    }

    /// What the call is about, also where it stands in another argument.
    private func subject(_ arguments: Arguments, _ other: String) throws(ToolReply.Failure) -> String {
        if let text = arguments.text("path") { return text }
        if let text = arguments.text(other) { return text }
        return try arguments.requiredText("path")
    }

    /// The paths that a name or a glob means; links themselves, not what they lead to.
    private func expand(_ text: String) throws(ToolReply.Failure) -> [String] {
        let wanted = text.unquoted
        let path = try scope.path(wanted, ofLink: true)
        if WorkspaceWalk.entry(path, "") != nil { return [path] }
        guard wanted.contains("*") || wanted.contains("?") else { return [try choice.existing(wanted)] }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let pattern = NamePattern(String(path[path.index(after: slash)...]))
        let folder = String(path[..<slash])
        let found = WorkspaceWalk(folder).entries(recursive: false).entries.filter { pattern.matches($0.name) }
        guard !found.isEmpty else {
            throw ToolReply.Failure(.notFound, "Nothing in \(scope.display(folder)) is called like '\(wanted)'.")
        }
        return found.map(\.path)
    }

    /// How many entries a path stands for; too many are refused before anything is done.
    @discardableResult
    private func check(_ path: String) throws(ToolReply.Failure) -> Int {
        guard WorkspaceWalk.entry(path, "")?.isFolder ?? false else { return 1 }
        let (entries, isCut) = WorkspaceWalk(path, hidden: true).entries()
        guard !isCut, entries.count <= Self.mostEntries else {
            throw ToolReply.Failure(
                .tooLarge,
                "'\(scope.display(path))' holds more than \(Self.mostEntries) files; do this in smaller steps.")
        }
        return entries.count + 1
    }

    private func move(_ source: String, _ target: String) throws(SystemError) {
        do throws(SystemError) {
            try Files.rename(source, to: target)
        } catch {
            guard error.code == .crossDevice else { throw error }
            try copy(source, target)
            try remove(source)
        }
    }

    private func remove(_ path: String) throws(SystemError) {
        if WorkspaceWalk.entry(path, "")?.isFolder ?? false {
            try Files.removeTree(path)
        } else {
            try Files.remove(path)
        }
    }

    /// Links are left out of a folder: copied ones would lead elsewhere than they seem to.
    private func copy(_ source: String, _ target: String) throws(SystemError) {
        guard let entry = WorkspaceWalk.entry(source, ""), !entry.isLink else {
            throw SystemError("copy", source, code: .loop)
        }
        guard entry.isFolder else { return try copyFile(source, target) }
        try Files.makeFolder(target, mode: 0o755)
        for child in WorkspaceWalk(source, hidden: true).entries().entries where !child.isLink {
            let place = "\(target)/\(child.relative)"
            if child.isFolder { try Files.makeFolder(place, mode: 0o755) } else { try copyFile(child.path, place) }
        }
    }

    private func copyFile(_ source: String, _ target: String) throws(SystemError) {
        let input = try FileDescriptor.open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let information = try input.metadata()
        guard information.st_mode & S_IFMT == S_IFREG else { throw SystemError("copy", source, code: .isDirectory) }
        let output = try FileDescriptor.open(
            target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: UInt32(information.st_mode & 0o777))
        while let part = try input.read(upTo: 1 << 20), !part.isEmpty { try output.writeAll(part) }
    }
}
