internal import AIUDigest
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// A file that is being received, under a temporary name until all of it is there and right.
final class FileInProgress {
    private let folder: Folder
    private let name: String
    private let label: String
    private let entry: TransferEntry
    private let temporary = TemporaryName.make()
    private let file: FileDescriptor
    private var rest: UInt64
    private var digest = SHA256()
    private var pending = true

    init(_ entry: TransferEntry, in folder: Folder, name: String, label: String) throws(TransferError) {
        self.entry = entry
        self.folder = folder
        self.name = name
        self.label = label
        rest = entry.size
        do throws(SystemError) {
            file = try folder.create(temporary)
        } catch {
            throw TransferError(error, label)
        }
    }

    // A copy that is dropped in the middle leaves nothing behind.
    deinit { discard() }

    func append(_ bytes: [UInt8]) throws(TransferError) {
        guard !bytes.isEmpty else { throw .broken(label, "an empty data frame came") }
        guard UInt64(bytes.count) <= rest else {
            throw .broken(label, "more data came than the announced \(entry.size) bytes")
        }
        do throws(SystemError) {
            try file.writeAll(bytes)
        } catch {
            throw TransferError(error, label)
        }
        digest.update(bytes)
        rest -= UInt64(bytes.count)
    }

    func finish(digest expected: [UInt8], owner: Owner?) throws(TransferError) {
        guard rest == 0 else { throw .broken(label, "\(rest) of its \(entry.size) bytes are missing") }
        guard expected == digest.finalize() else {
            throw TransferError(.io, label, "it was damaged on the way: its checksum differs; try again")
        }
        do throws(SystemError) {
            if let owner { try SystemError.checkErrno(fchown(file.raw, owner.user, owner.group), "give away a file") }
            // Without set-user-id and its like: a copy must not hand out rights.
            try SystemError.checkErrno(fchmod(file.raw, entry.mode & 0o777), "set the mode of a file")
            try SystemError.checkErrno(unsafe futimens(file.raw, times(entry.modified)), "date a file")
            try folder.rename(temporary, to: name)
            pending = false
        } catch {
            throw TransferError(error, label)
        }
    }

    func discard() {
        guard pending else { return }
        pending = false
        folder.remove(temporary)
    }
}
