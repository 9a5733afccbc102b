import AIUSystem
import CLinux
import Glibc
import Testing

/// A terminal on which a test types, and looks at what is shown.
final class TestTerminal: Sendable {
    private static let limit: Duration = .seconds(20)

    private let master: FileDescriptor
    private let child: Child
    nonisolated(unsafe) private var shown = ""

    init(_ program: AssistProgram, _ words: String...) throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe aiu_open_terminal(40, 100, nil, &ends) == 0)
        master = FileDescriptor(owning: ends[0])
        let slave = FileDescriptor(owning: ends[1])
        child = try program.start(words, [slave.raw, slave.raw, slave.raw], onTerminal: true)
    }

    func type(_ text: String) throws { try master.writeAll(Array(text.utf8)) }

    /// Waits until a text is shown that was not looked for before; what was shown up to its end.
    @discardableResult
    func expect(_ text: String, at location: SourceLocation = #_sourceLocation) throws -> String {
        let deadline = ContinuousClock.now + Self.limit
        while .now < deadline {
            if let range = unsafe shown.firstRange(of: text) {
                let before = unsafe String(shown[..<range.upperBound])
                unsafe shown = String(shown[range.upperBound...])
                return before
            }
            var item = pollfd(fd: master.raw, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&item, 1, 100)
            // When the program has ended, its terminal cannot be read any more.
            guard item.revents & Int16(POLLIN) != 0, let bytes = try? master.read(upTo: 65536) else { continue }
            unsafe shown += String(decoding: bytes, as: UTF8.self)
        }
        Issue.record("'\(text)' was not shown; there was: \(unsafe shown)", sourceLocation: location)
        return ""
    }

    func end() throws -> Child.Outcome { try child.wait() }
    func signal(_ number: Int32) throws { try child.signal(number) }
}
