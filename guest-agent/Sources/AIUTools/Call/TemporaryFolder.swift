internal import AIUSystem
internal import Glibc

/// A folder of this call alone, gone with it; `TMPDIR` of everything that is started.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// Where no folder can be made, files cannot either: the tool that needs one will say so.
    package init() {
        let parent = Self.current
        var pattern = Array("\(parent)/aiu-tool-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&pattern) != nil
        path = made ? String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) : parent
        if made { unsafe setenv("TMPDIR", path, 1) }
    }

    /// The one that this process works in.
    package static var current: String {
        guard let path = unsafe getenv("TMPDIR") else { return "/tmp" }
        return unsafe String(cString: path)
    }

    package func remove() {
        guard path.contains("/aiu-tool-") else { return }
        // What cannot be removed goes with the VM's temporary files at its next start.
        try? Files.removeTree(path)
    }
}
