internal import AIUSystem
internal import Glibc

/// Goes through a folder with all below it, in order of names, in bounds and never by way of links.
package struct WorkspaceWalk: Sendable {
    package static let mostEntries = 50_000
    private static let deepest = 24

    /// Something that was found.
    package struct Entry: Equatable, Sendable {
        package let path: String
        /// Below the folder that the walk began in.
        package let relative: String
        package let isFolder: Bool
        package let isLink: Bool
        package let size: Int64
        /// Seconds since 1970.
        package let modified: Int64
        /// Also: a file may change twice in a second.
        package let nanoseconds: Int64

        package var name: String { relative.split(separator: "/").last.map(String.init) ?? relative }
    }

    package let root: String
    private let hidden: Bool

    package init(_ root: String, hidden: Bool = false) {
        self.root = root
        self.hidden = hidden
    }

    /// Everything below; `isCut` when there was more than is looked at.
    package func entries(recursive: Bool = true) -> (entries: [Entry], isCut: Bool) {
        var entries: [Entry] = []
        var isCut = false
        visit(root, "", 0, recursive, &entries, &isCut)
        return (entries, isCut)
    }

    private func visit(
        _ folder: String, _ prefix: String, _ depth: Int, _ recursive: Bool, _ entries: inout [Entry],
        _ isCut: inout Bool
    ) {
        guard depth < Self.deepest else {
            isCut = true
            return
        }
        // A folder that may not be read has nothing to show.
        for name in (try? Files.names(in: folder)) ?? [] where hidden || !name.hasPrefix(".") {
            guard entries.count < Self.mostEntries else {
                isCut = true
                return
            }
            let path = "\(folder)/\(name)"
            guard let entry = Self.entry(path, prefix + name) else { continue }
            entries.append(entry)
            if recursive, entry.isFolder { visit(path, entry.relative + "/", depth + 1, true, &entries, &isCut) }
        }
    }

    /// One file or folder itself; nil when it is gone.
    package static func entry(_ path: String, _ relative: String) -> Entry? {
        var information = stat()
        guard unsafe lstat(path, &information) == 0 else { return nil }
        let kind = information.st_mode & S_IFMT
        return Entry(
            path: path, relative: relative, isFolder: kind == S_IFDIR, isLink: kind == S_IFLNK,
            size: Int64(information.st_size), modified: Int64(information.st_mtim.tv_sec),
            nanoseconds: Int64(information.st_mtim.tv_nsec))
    }
}
