/// Writes and reads VMs as single files, each over a socket with a client at its other end.
package protocol Archives: Sendable {
    /// Begins to write an archive with what is in the disk now. Nobody may write to the disk until it has ended.
    func beginExport(_ vm: ArchivedVM, diskPath: String) throws(Failure) -> any OutgoingArchive
    func beginImport() throws(Failure) -> any IncomingArchive
    /// Begins to take any other file, named in refusals as `what`.
    func beginUpload(of what: String) throws(Failure) -> any IncomingUpload
}

/// A file that a client sends. After a failure there is only `refuse`.
package protocol IncomingUpload: Sendable {
    /// The client's end: a connected, blocking socket. Taken once, by whoever closes it.
    var socket: Int32 { get }
    /// Makes whatever waits for the client fail soon.
    func cancel()
    /// Blocks. The next bytes, at most as many as asked for; none when the client has sent everything.
    func next(atMost count: Int) throws(Failure) -> [UInt8]
    /// Tells the client that all went well. The text ends up in its hands.
    func accept(_ answer: [UInt8])
    func refuse(_ failure: Failure)
}

/// An archive on its way to a client.
package protocol OutgoingArchive: Sendable {
    /// The client's end: a connected, blocking socket. Taken once, by whoever closes it.
    var socket: Int32 { get }
    /// Makes `ended` return soon; the client is told that it failed.
    func cancel()
    /// Returns when the disk is not read any more: all but the last word was sent, or could not be sent.
    func ended() async -> Failure?
    /// Tells the client how it ended. After that the client may ask for what the disk was not free for.
    func dismiss()
}

/// An archive that a client sends. After a failure there is only `refuse`.
package protocol IncomingArchive: Sendable {
    /// The client's end: a connected, blocking socket. Taken once, by whoever closes it.
    var socket: Int32 { get }
    /// Makes whatever waits for the client fail soon.
    func cancel()
    /// What the archive says of its VM. Hostile: nothing of it is checked but its lengths.
    func contents() async throws(Failure) -> ArchiveContents
    /// Writes the disk into an empty file that is large enough. Returns when every checksum was right.
    func fill(_ diskPath: String) async throws(Failure)
    /// Tells the client that all went well. The text ends up in its hands.
    func accept(_ answer: [UInt8])
    func refuse(_ failure: Failure)
}

/// A VM as an archive describes it.
package struct ArchivedVM: Equatable, Sendable, Codable {
    package var name: String
    package var flavour: String
    /// The digest of its image.
    package var image: String
    /// The text of its `aiu_config.json`.
    package var configuration: String
    /// SHA-256 (hex) of the document that its disk holds.
    package var configurationOnDisk: String
    package var labels: [String: String]
    /// Of its disk, with the holes.
    package var size: ByteCount
    /// The project that it belonged to; archives from before there were projects name none.
    package var project: String?

    package init(
        name: String, flavour: String, image: String, configuration: String, configurationOnDisk: String,
        labels: [String: String], size: ByteCount, project: String? = nil
    ) {
        self.name = name
        self.flavour = flavour
        self.image = image
        self.configuration = configuration
        self.configurationOnDisk = configurationOnDisk
        self.labels = labels
        self.size = size
        self.project = project
    }
}

/// What an archive holds: its VM, and how many bytes of its disk are no holes.
package struct ArchiveContents: Equatable, Sendable {
    package var vm: ArchivedVM
    package var data: ByteCount

    package init(vm: ArchivedVM, data: ByteCount) {
        self.vm = vm
        self.data = data
    }
}
