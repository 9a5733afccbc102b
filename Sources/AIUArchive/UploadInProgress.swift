internal import AIUModel

/// A file that a client is sending and that is no archive.
final class UploadInProgress: IncomingUpload {
    let socket: Int32
    private let what: String
    private let pipe: FramePipeBox
    private let client: ClientAnswer
    private let cancellation: Cancellation

    init(
        _ what: String, _ pipe: FramePipeBox, socket: Int32, _ place: Places.Place, _ cancellation: Cancellation
    ) {
        self.what = what
        self.pipe = pipe
        self.socket = socket
        client = ClientAnswer(pipe: pipe, place: place)
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

    func accept(_ answer: [UInt8]) { client.accept(answer) }

    func refuse(_ failure: Failure) { client.refuse(failure) }
}
