package import AIUSystem
internal import AIUWire
internal import Glibc

/// Where a copy goes: an open folder and the name that the copy gets in it.
package struct Destination: ~Copyable {
    private let folder: FileDescriptor
    package let name: String

    package init(folder: consuming FileDescriptor, name: String) {
        self.folder = folder
        self.name = name
    }

    package consuming func takeFolder() -> FileDescriptor { folder }

    /// Into the folder at `path` when there is one, otherwise as `path`; like `cp`.
    package init(path: String, sourceName: String, intoFolder: Bool) throws(TransferError) {
        try self.init(path: path, sourceName: sourceName, intoFolder: intoFolder) { path throws(SystemError) in
            try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
        }
    }

    /// The same with another way of opening a folder.
    package init(
        path: String, sourceName: String, intoFolder: Bool,
        opening open: (String) throws(SystemError) -> FileDescriptor
    ) throws(TransferError) {
        guard !path.isEmpty, !path.utf8.contains(0), path.utf8.count <= TransferLimits.longestPath else {
            throw TransferError(.invalid, String(path.prefix(80)), "the destination is not a path")
        }
        do throws(SystemError) {
            self.init(folder: try open(path), name: sourceName)
            return
        } catch {
            let missing = error.code == .noSuchFile || error.code == .notDirectory
            guard missing, !intoFolder, !path.utf8.elementsEqual("/".utf8) else {
                let isFile = intoFolder && error.code == .notDirectory
                throw isFile
                    ? TransferError(.invalid, path, "it is not a folder") : TransferError(error, path)
            }
        }
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        let slash = trimmed.lastIndex(of: "/")
        let name = String(slash.map { trimmed[trimmed.index(after: $0)...] } ?? trimmed)
        let above = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
        if let problem = EntryPath.problem(with: name) { throw TransferError(.invalid, path, problem) }
        do throws(SystemError) {
            self.init(folder: try open(above), name: name)
        } catch {
            guard error.code == .noSuchFile else { throw TransferError(error, above) }
            throw TransferError(.notFound, path, "there is no folder \(above)")
        }
    }

    /// Who owns the folder: new files of a copy as root go to them.
    package func owner() throws(TransferError) -> Owner {
        do throws(SystemError) {
            let information = try folder.metadata()
            return Owner(user: information.st_uid, group: information.st_gid)
        } catch {
            throw TransferError(error, name)
        }
    }
}
