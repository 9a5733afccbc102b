internal import AIUModel
internal import AIUWire

/// The last word to a client that sends something; its place is taken until it has that.
struct ClientAnswer: Sendable {
    let pipe: FramePipeBox
    let place: Places.Place

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
