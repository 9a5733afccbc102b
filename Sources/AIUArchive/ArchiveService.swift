package import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Archives over sockets: `data` frames with the archive's bytes, `done` at the end, `failed` instead of either.
package final class ArchiveService: Archives {
    /// Copies at the same time; each has a thread.
    package static let mostAtOnce = 8

    private let patience: Duration
    private let places = Places()

    /// `patience` is how long a client may do nothing.
    package init(patience: Duration = .seconds(120)) { self.patience = patience }

    package func beginExport(_ vm: ArchivedVM, diskPath: String) throws(Failure) -> any OutgoingArchive {
        let (place, pipe, socket, cancellation) = try open("export '\(vm.name)'")
        let writer: ArchiveWriter
        do throws(ArchiveError) {
            let disk = try ArchiveError.attempting(to: .write) { () throws(SystemError) in
                try FileDescriptor.open(diskPath, O_RDONLY | O_NOFOLLOW)
            }
            writer = try ArchiveWriter(vm, disk: disk)
        } catch {
            close(socket)
            throw error.failure
        }
        return ExportInProgress(writer, pipe, socket: socket, place, cancellation)
    }

    package func beginImport() throws(Failure) -> any IncomingArchive {
        let (place, pipe, socket, cancellation) = try open("import a VM")
        return ImportInProgress(pipe, socket: socket, place, cancellation)
    }

    package func beginUpload(of what: String) throws(Failure) -> any IncomingUpload {
        let (place, pipe, socket, cancellation) = try open("receive \(what)")
        return UploadInProgress(what, pipe, socket: socket, place, cancellation)
    }

    private func open(_ attempt: String) throws(Failure) -> (Places.Place, FramePipeBox, Int32, Cancellation) {
        guard let place = places.take() else {
            throw Failure(
                .busy, "cannot \(attempt): \(Self.mostAtOnce) files are on their way already; wait for one")
        }
        do throws(SystemError) {
            let (ours, theirs) = try UnixSocket.pair().take()
            let socket = FileDescriptor(owning: theirs)
            let cancellation = Cancellation()
            let pipe = try FramePipe(FileDescriptor(owning: ours), patience: patience, cancellation: cancellation)
            return (place, FramePipeBox(pipe), socket.release(), cancellation)
        } catch {
            throw Failure(.internalError, "cannot \(attempt): \(error)")
        }
    }
}
