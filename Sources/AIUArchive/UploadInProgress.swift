internal import AIUModel
internal import AIUWire

/// A file that a client is sending and that is no archive.
final class UploadInProgress: IncomingUpload {
    let socket: Int32
    private let what: String
    private let pipe: FramePipeBox
    private let place: Places.Place
    private let cancellation: Cancellation

    init(
        _ what: String, _ pipe: FramePipeBox, socket: Int32, _ place: Places.Place, _ cancellation: Cancellation
    ) {
        self.what = what
        self.pipe = pipe
        self.socket = socket
        self.place = place
        self.cancellation = cancellation
    }

    func cancel() { cancellation.cancel() }

    func next(atMost count: Int) throws(Failure) -> [UInt8] {
        do throws(ArchiveError) {
            return try pipe.nextBytes(atMost: count)
        } catch {
            throw Failure(error.failure.reason, "cannot receive \(what): \(error.explanation)")
        }
    }

    func accept(_ answer: [UInt8]) {
        guard answer.count <= WireProtocol.longestPayload else {
            return refuse(Failure(.internalError, "the answer is too long to be sent"))
        }
        ArchiveThread.start { [pipe, place] in withExtendedLifetime(place) { pipe.end(Frame(.done, answer)) } }
    }

    func refuse(_ failure: Failure) {
        ArchiveThread.start { [pipe, place] in withExtendedLifetime(place) { pipe.refuse(failure.frame) } }
    }
}
