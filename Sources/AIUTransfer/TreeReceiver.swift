internal import AIUDigest
package import AIUSystem
package import AIUWire
internal import Glibc

/// Makes a file or tree from frames. The frames may come from an enemy: nothing is made outside the destination.
///
/// Entries come folder first and depth first, so the open folders form a stack and every step is one name below a
/// descriptor that is already held. No path is ever looked up, so there is none that a link could bend.
package final class TreeReceiver {
    /// What the copy needs next.
    package enum Progress: Equatable, Sendable {
        case more
        case finished(TransferSummary)
    }

    /// A folder that may still get entries; its own mode and date come last, when nothing is put in any more.
    private struct Level {
        let folder: Folder
        let path: [String]
        let entry: TransferEntry
        let isNew: Bool
    }

    private enum State {
        case entries
        case file(FileInProgress)
        case finished
        case failed
    }

    private let parent: Folder
    private let name: String
    private let owner: Owner?
    private let limits: TransferLimits
    private var state = State.entries
    private var levels: [Level] = []
    private var summary = TransferSummary(entries: 0, bytes: 0)

    /// Copies as `name` into an open folder. With an owner (root only) everything new is given to it.
    package init(
        into parent: consuming FileDescriptor, name: String, owner: Owner? = nil, limits: TransferLimits = .standard
    ) throws(TransferError) {
        if let problem = EntryPath.problem(with: name) { throw .broken(name, problem) }
        self.parent = Folder(parent)
        self.name = name
        self.owner = owner
        self.limits = limits
    }

    package convenience init(
        at destination: consuming Destination, owner: Owner? = nil, limits: TransferLimits = .standard
    ) throws(TransferError) {
        let name = destination.name
        try self.init(into: destination.takeFolder(), name: name, owner: owner, limits: limits)
    }

    /// Takes the next frame of the copy. After an error the copy is over and its unfinished file is gone.
    package func receive(_ frame: Frame) throws(TransferError) -> Progress {
        do throws(TransferError) {
            return try accept(frame)
        } catch {
            if case .file(let file) = state { file.discard() }
            state = .failed
            levels = []
            throw error
        }
    }

    private func accept(_ frame: Frame) throws(TransferError) -> Progress {
        switch (state, frame.kind) {
        case (.entries, .entry):
            try begin(try message(frame))
        case (.entries, .done):
            return try finish(try message(frame))
        case (.file(let file), .data):
            try file.append(frame.payload)
            summary.bytes += UInt64(frame.payload.count)
        case (.file(let file), .entryEnd):
            try file.finish(digest: frame.payload, owner: owner)
            state = .entries
        case (.finished, _), (.failed, _):
            throw .broken("", "the copy is over, yet a \(frame.kind) frame came")
        case (.entries, _), (.file, _):
            throw .broken("", "a \(frame.kind) frame does not belong here")
        }
        return .more
    }

    private func begin(_ entry: TransferEntry) throws(TransferError) {
        let path = try EntryPath(entry.path, limits: limits).components
        summary.entries += 1
        guard summary.entries <= limits.entries else {
            throw .broken(entry.path, "it is more than the \(limits.entries) entries that one copy may have")
        }
        let (folder, name) = try place(path, entry)
        switch entry.kind {
        case .file:
            guard entry.size <= limits.bytes, summary.bytes <= limits.bytes - entry.size else {
                throw .broken(entry.path, "the copy is larger than \(limits.bytes) bytes")
            }
            let label = entry.path.isEmpty ? self.name : entry.path
            state = .file(try FileInProgress(entry, in: folder, name: name, label: label))
        case .folder:
            try system(entry.path) { () throws(SystemError) in
                let isNew = try folder.makeFolder(name)
                self.levels.append(
                    Level(folder: try folder.openFolder(name), path: path, entry: entry, isNew: isNew))
            }
        case .link:
            try makeLink(entry, in: folder, name: name, depth: path.count - 1)
        }
    }

    /// The open folder and the name in it where an entry belongs.
    private func place(
        _ path: [String], _ entry: TransferEntry
    ) throws(TransferError) -> (folder: Folder, name: String) {
        guard let last = path.last else {
            guard summary.entries == 1 else { throw .broken("", "the copied thing itself came twice") }
            return (parent, name)
        }
        guard summary.entries > 1 else { throw .broken(entry.path, "it came before the copied thing itself") }
        let above = path.dropLast()
        // Compared as bytes: to a file system, two spellings of one character are two names.
        while let level = levels.last, !above.elementsEqual(level.path, by: { $0.utf8.elementsEqual($1.utf8) }) {
            try close(level)
            levels.removeLast()
        }
        guard let level = levels.last else { throw .broken(entry.path, "it came without its folder, or out of order") }
        return (level.folder, last)
    }

    private func makeLink(
        _ entry: TransferEntry, in folder: Folder, name: String, depth: Int
    ) throws(TransferError) {
        guard let target = entry.target else { throw .broken(entry.path, "the link has no target") }
        if depth < 0 { throw TransferError(.denied, self.name, "it is a link; only what it points to can be copied") }
        if let problem = LinkTarget.problem(with: target, depth: depth) {
            throw TransferError(.denied, entry.path, problem)
        }
        let temporary = TemporaryName.make()
        do throws(SystemError) {
            try folder.makeLink(temporary, target: target)
            if let owner { try folder.setOwner(owner, of: temporary) }
            try folder.setModified(entry.modified, of: temporary)
            try folder.rename(temporary, to: name)
        } catch {
            folder.remove(temporary)
            throw TransferError(error, entry.path)
        }
    }

    private func close(_ level: Level) throws(TransferError) {
        // A folder that was there before keeps its mode and owner, as `cp` does it.
        guard level.isNew else { return }
        try system(level.entry.path) { () throws(SystemError) in
            let raw = level.folder.descriptor.raw
            if let owner { try SystemError.checkErrno(fchown(raw, owner.user, owner.group), "give away a folder") }
            try SystemError.checkErrno(fchmod(raw, level.entry.mode & 0o777), "set the mode of a folder")
            try SystemError.checkErrno(unsafe futimens(raw, times(level.entry.modified)), "date a folder")
        }
    }

    private func finish(_ claimed: TransferSummary) throws(TransferError) -> Progress {
        guard summary.entries > 0 else { throw .broken("", "the copy holds nothing") }
        guard claimed.entries == summary.entries, claimed.bytes == summary.bytes else {
            throw .broken(
                "",
                "\(summary.entries) entries with \(summary.bytes) bytes came instead of the announced "
                    + "\(claimed.entries) with \(claimed.bytes)")
        }
        for level in levels.reversed() { try close(level) }
        levels = []
        state = .finished
        summary.warnings = claimed.warnings
        return .finished(summary)
    }

    private func message<Message: Decodable>(_ frame: Frame) throws(TransferError) -> Message {
        do throws(WireError) {
            return try frame.message(as: Message.self)
        } catch {
            throw .broken("", "\(error)")
        }
    }

    private func system(_ path: String, _ body: () throws(SystemError) -> Void) throws(TransferError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw TransferError(error, path.isEmpty ? name : path)
        }
    }
}
