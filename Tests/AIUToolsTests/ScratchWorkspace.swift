import AIUSystem
import Glibc

/// A folder that stands for the workspace during one test.
struct ScratchWorkspace {
    let path: String

    static func with<Result>(_ body: (ScratchWorkspace) throws -> Result) throws -> Result {
        var pattern = Array("/tmp/aiu-tools-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&pattern) != nil else { throw SystemError("make a folder", "/tmp", code: .current) }
        let made = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // What a test leaves behind is only rubbish in /tmp.
        defer { try? Files.removeTree(made) }
        return try body(ScratchWorkspace(path: made))
    }

    @discardableResult
    func file(_ name: String, _ text: String) throws -> String { try file(name, bytes: Array(text.utf8)) }

    @discardableResult
    func file(_ name: String, bytes: [UInt8]) throws -> String {
        let place = "\(path)/\(name)"
        if let slash = place.lastIndex(of: "/") { try Files.makeFolder(String(place[..<slash])) }
        let file = try FileDescriptor.open(place, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.writeAll(bytes)
        return place
    }

    func text(_ name: String) throws -> String { String(decoding: try Files.read("\(path)/\(name)"), as: UTF8.self) }
}
