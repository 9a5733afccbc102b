package import AIUSystem
package import AIUWire
internal import CLinux
internal import Glibc

/// Another program that does a tool's work: started with a bounded memory, read in bounds, ended at a deadline with
/// everything that it started.
package struct Engine: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        package var output: [UInt8]
        package var errors: [UInt8]
        package var ending: Child.Outcome
        /// It wrote more than was kept.
        package var truncated: Bool
        /// It was ended at the deadline.
        package var timedOut: Bool

        package var succeeded: Bool { ending == .exited(0) && !timedOut }
        package var text: String { String(decoding: output, as: UTF8.self) }
        package var errorText: String { String(decoding: errors, as: UTF8.self) }
    }

    package var path: String
    package var arguments: [String]
    package var environment = [
        "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=\(TemporaryFolder.current)",
        "TMPDIR=\(TemporaryFolder.current)",
    ]
    package var workingDirectory: String?
    package var input: [UInt8] = []
    package var deadline: Duration = .seconds(20)
    /// Bytes kept of the output and of the errors each; what is beyond is read and dropped.
    package var outputLimit = 4 << 20
    package var memoryLimit: UInt64? = 512 << 20
    package var fileSizeLimit: UInt64? = 64 << 20

    package init(_ path: String, _ arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    /// Runs it to its end.
    package func run() throws(ToolReply.Failure) -> Outcome {
        guard Files.exists(path) else {
            throw ToolReply.Failure(
                .unavailable, "The program \(path) is not in this image; take an image that has it.")
        }
        let result: Result<Outcome, SpawnError>
        do throws(SystemError) {
            result = try EngineRun.complete(self)
        } catch {
            throw ToolReply.Failure(.failed, "\(path) could not be run: \(error).")
        }
        switch result {
        case .success(let outcome): return outcome
        case .failure(let error): throw ToolReply.Failure(.failed, "A program of the tool did not start: \(error).")
        }
    }

    /// A program of ours: where it was said, beside this one, or where images have it.
    package static func ours(_ name: String) -> String {
        let path = "\(folder)/\(name)"
        return Files.exists(path) ? path : "/usr/lib/aiu/\(name)"
    }

    /// Where this program and others of ours lie.
    package static var folder: String {
        if let folder = unsafe getenv("AIU_ENGINES") { return unsafe String(cString: folder) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let program = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "/usr/lib/aiu"
    }
}
