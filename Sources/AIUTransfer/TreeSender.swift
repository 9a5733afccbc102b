internal import AIUDigest
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Turns a file or a tree into frames, one at a time, as fast as the taker takes them. Links are never followed.
package final class TreeSender {
    /// A folder whose names are being walked.
    private struct Level {
        let folder: Folder
        let path: [String]
        let names: [String]
        var next = 0
    }

    /// A file whose data is being read.
    private struct Source {
        let file: OpenFile
        let path: String
        var rest: UInt64
        var digest = SHA256()
    }

    /// What a name in a folder turned out to be.
    private enum Found {
        case file(OpenFile, stat)
        case folder(Folder, stat)
        case link(String, stat)
        case leaveOut(String)
    }

    private enum State {
        case start(FileDescriptorBox, stat)
        case walking
        case reading(Source)
        case finished
    }

    private let name: String
    private let limits: TransferLimits
    private var state: State
    private var levels: [Level] = []
    private(set) package var summary = TransferSummary(entries: 0, bytes: 0)

    /// A path on the command line may be a link itself: that one is followed, as people expect.
    package convenience init(path: String, limits: TransferLimits = .standard) throws(TransferError) {
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            try self.init(file, name: path, limits: limits)
        } catch {
            throw TransferError(error, path)
        }
        guard case .start(_, let information) = state, [S_IFREG, S_IFDIR].contains(information.st_mode & S_IFMT) else {
            throw TransferError(.unsupported, path, "it is neither a file nor a folder")
        }
    }

    private init(_ file: consuming FileDescriptor, name: String, limits: TransferLimits) throws(SystemError) {
        self.name = name
        self.limits = limits
        let information = try file.metadata()
        state = .start(FileDescriptorBox(file), information)
    }

    /// The next frame; nil after `done`.
    package func nextFrame() throws(TransferError) -> Frame? {
        switch state {
        case .start(let box, let information): return try begin(box, information)
        case .walking: return try walk()
        case .reading(let source): return try read(source)
        case .finished: return nil
        }
    }

    private func begin(_ box: FileDescriptorBox, _ information: stat) throws(TransferError) -> Frame {
        guard information.st_mode & S_IFMT == S_IFDIR else {
            return try open(OpenFile(box.take()), information, path: "")
        }
        try push(Folder(box.take()), path: [])
        state = .walking
        return try entry("", .folder, information)
    }

    private func walk() throws(TransferError) -> Frame {
        while let level = levels.last {
            guard level.next < level.names.count else {
                levels.removeLast()
                continue
            }
            levels[levels.count - 1].next += 1
            if let frame = try visit(level.names[level.next], in: level) { return frame }
        }
        state = .finished
        return try frame(.done, summary)
    }

    private func visit(_ child: String, in level: Level) throws(TransferError) -> Frame? {
        let components = level.path + [child]
        let path = components.joined(separator: "/")
        // A name that is not UTF-8 would arrive as another one.
        guard !child.unicodeScalars.contains("\u{FFFD}") else { return skip(path, "its name is not UTF-8") }
        switch try examine(child, in: level, path) {
        case .file(let file, let information):
            return try open(file, information, path: path)
        case .folder(let folder, let information):
            try push(folder, path: components)
            return try entry(path, .folder, information)
        case .link(let target, let information):
            if let problem = LinkTarget.problem(with: target, depth: level.path.count) { return skip(path, problem) }
            return try entry(path, .link, information, target: target)
        case .leaveOut(let reason):
            return skip(path, reason)
        }
    }

    private func examine(_ child: String, in level: Level, _ path: String) throws(TransferError) -> Found {
        do throws(SystemError) {
            let information = try level.folder.metadata(of: child)
            switch information.st_mode & S_IFMT {
            case S_IFREG:
                let file = OpenFile(try level.folder.openFile(child))
                // Asked again of the open file: the name may mean another one by now.
                let opened = try file.descriptor.metadata()
                return opened.st_mode & S_IFMT == S_IFREG
                    ? .file(file, opened) : .leaveOut("it changed while it was copied")
            case S_IFDIR:
                let folder = try level.folder.openFolder(child)
                return .folder(folder, try folder.descriptor.metadata())
            case S_IFLNK:
                return .link(try level.folder.linkTarget(of: child), information)
            case _:
                return .leaveOut("it is neither a file nor a folder nor a link")
            }
        } catch {
            // Something that went away between listing and opening is not part of the tree any more.
            if error.code == .noSuchFile { return .leaveOut("it went away while it was copied") }
            throw TransferError(error, path)
        }
    }

    private func push(_ folder: Folder, path: [String]) throws(TransferError) {
        guard path.count < limits.depth else {
            throw TransferError(.invalid, path.joined(separator: "/"), "it lies more than \(limits.depth) folders deep")
        }
        do throws(SystemError) {
            levels.append(Level(folder: folder, path: path, names: try folder.names(limit: limits.entries)))
        } catch {
            throw TransferError(error, path.isEmpty ? name : path.joined(separator: "/"))
        }
    }

    private func open(_ file: OpenFile, _ information: stat, path: String) throws(TransferError) -> Frame {
        state = .reading(Source(file: file, path: path, rest: UInt64(max(0, information.st_size))))
        return try entry(path, .file, information)
    }

    private func read(_ source: Source) throws(TransferError) -> Frame {
        var source = source
        guard source.rest > 0 else {
            // A file copied alone has no level below it; the walk then ends at once.
            state = .walking
            return Frame(.entryEnd, source.digest.finalize())
        }
        let count = Int(min(source.rest, UInt64(WireProtocol.longestPayload)))
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try source.file.descriptor.read(upTo: count) ?? []
        } catch {
            throw TransferError(error, source.path.isEmpty ? name : source.path)
        }
        guard !bytes.isEmpty else {
            throw TransferError(
                .io, source.path.isEmpty ? name : source.path, "it shrank while it was copied; try again")
        }
        source.digest.update(bytes)
        source.rest -= UInt64(bytes.count)
        summary.bytes += UInt64(bytes.count)
        state = .reading(source)
        return Frame(.data, bytes)
    }

    private func entry(
        _ path: String, _ kind: TransferEntry.Kind, _ information: stat, target: String? = nil
    ) throws(TransferError) -> Frame {
        summary.entries += 1
        guard summary.entries <= limits.entries else {
            throw TransferError(
                .invalid, name, "it has more than \(limits.entries) entries; copy an archive of it instead")
        }
        let time = information.st_mtim
        let entry = TransferEntry(
            path: path, kind: kind, mode: UInt32(information.st_mode) & 0o777,
            size: kind == .file ? UInt64(max(0, information.st_size)) : 0,
            modified: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000, target: target)
        return try frame(.entry, entry)
    }

    private func skip(_ path: String, _ reason: String) -> Frame? {
        if summary.warnings.count < TransferLimits.mostWarnings {
            summary.warnings.append("left out \(path): \(reason)")
        } else if summary.warnings.count == TransferLimits.mostWarnings {
            summary.warnings.append("more was left out")
        }
        return nil
    }

    private func frame(_ kind: FrameKind, _ message: some Encodable) throws(TransferError) -> Frame {
        do throws(WireError) {
            return try Frame(kind, encoding: message)
        } catch {
            throw TransferError(.internalError, name, "\(error)")
        }
    }
}
