internal import AIUSystem
internal import Glibc

/// `/etc/aiu_config.json`: a file of fixed size whose text is padded with spaces.
package struct ConfigurationFile {
    package static let size = 32 * 1024
    package let path: String

    package init(path: String = "/etc/aiu_config.json") { self.path = path }

    func read() throws(SystemError) -> [UInt8] { try Files.read(path, limit: Self.size) }

    /// Overwrites the file where it lies on the disk: the host finds it there while the VM is stopped. A text that a power
    /// cut leaves half written has a digest that nobody knows, and the host sends it again.
    func write(_ text: [UInt8]) throws(SystemError) {
        let content = text + [UInt8](repeating: UInt8(ascii: " "), count: Self.size - text.count)
        guard let file = present() else {
            // Somebody put something else there; the host finds that out and goes the slow way.
            return try Files.replace(path, with: content, mode: 0o644)
        }
        try file.writeAll(content)
        try file.synchronize()
    }

    /// The file, when it is what the host made. Opened so that nothing that may lie there instead can hold the agent up.
    private func present() -> FileDescriptor? {
        // Whatever is wrong with it, a new file is the answer.
        guard let file = try? FileDescriptor.open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK),
            let facts = try? file.metadata(), facts.st_mode & S_IFMT == S_IFREG, facts.st_size == Int64(Self.size),
            facts.st_nlink == 1
        else { return nil }
        return file
    }
}
