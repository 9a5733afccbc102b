internal import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// An archive that a client is sending.
final class ImportInProgress: IncomingArchive {
    let socket: Int32
    private let pipe: FramePipeBox
    private let client: ClientAnswer
    private let reader = Mutex<ArchiveReader?>(nil)

    private let cancellation: Cancellation

    init(_ pipe: FramePipeBox, socket: Int32, _ place: Places.Place, _ cancellation: Cancellation) {
        self.cancellation = cancellation
        self.socket = socket
        self.pipe = pipe
        client = ClientAnswer(pipe: pipe, place: place)
    }

    func cancel() { cancellation.cancel() }

    func contents() async throws(Failure) -> ArchiveContents {
        try await blocking { [self] () throws(ArchiveError) in
            let reader = try ArchiveReader { [pipe] count throws(ArchiveError) in
                try pipe.nextBytes(atMost: count)
            }
            let contents = ArchiveContents(vm: reader.vm, data: ByteCount(bytes: reader.map.dataSize))
            self.reader.withLock { $0 = reader }
            return contents
        }
    }

    func fill(_ diskPath: String) async throws(Failure) {
        try await blocking { [self] () throws(ArchiveError) in
            guard var reader = reader.withLock({ $0.take() }) else {
                throw .malformed("it was not begun")
            }
            let disk = try ArchiveError.attempting(to: .read) { () throws(SystemError) in
                try FileDescriptor.open(diskPath, O_WRONLY | O_NOFOLLOW)
            }
            try reader.readDisk(into: disk)
        }
    }

    func accept(_ answer: [UInt8]) { client.accept(answer) }

    func refuse(_ failure: Failure) { client.refuse(failure) }

    private func blocking<Success: Sendable>(
        _ body: @escaping @Sendable () throws(ArchiveError) -> Success
    ) async throws(Failure) -> Success {
        do throws(ArchiveError) {
            return try await ArchiveThread.run(body)
        } catch {
            throw error.failure
        }
    }
}
