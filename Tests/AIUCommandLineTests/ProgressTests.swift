import AIUCommandLine
import AIUSystem
import Glibc
import Testing

@Suite("progress")
struct ProgressTests {
    private func written(_ body: (Terminal) async throws -> Void) async throws -> String {
        let path = "/tmp/json-progress-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let file = try FileDescriptor.open(path, O_CREAT | O_RDWR)
        defer { #expect(throws: Never.self) { try Files.remove(path) } }
        try await body(Terminal(descriptor: file.raw))
        return String(decoding: try Files.read(path), as: UTF8.self)
    }

    @Test("a log hears only of what takes long, once, and nothing afterwards")
    func log() async throws {
        let text = try await written { terminal in
            let short = Progress.start("short", on: terminal)
            try await Task.sleep(for: .milliseconds(200))
            short.finish()
            let long = Progress.start("lo\u{1B}ng", on: terminal)
            try await Task.sleep(for: .milliseconds(1600))
            long.update("longer")
            try await Task.sleep(for: .milliseconds(400))
            long.finish()
            long.update("after")
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(text == "lo\\u{1b}ng…\nlonger…\n")
    }

    @Test("quiet means quiet")
    func quiet() async throws {
        let text = try await written { terminal in
            let progress = Progress.start("x", on: terminal, isQuiet: true)
            try await Task.sleep(for: .milliseconds(1300))
            progress.finish()
        }
        #expect(text == "")
    }
}
