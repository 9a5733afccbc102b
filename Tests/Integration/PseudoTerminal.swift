import AIUSystem
import CLinux
import Glibc
import Testing

/// A terminal that a test looks at and types on.
final class PseudoTerminal {
    private static let limit: Duration = .seconds(30)

    private let master: FileDescriptor
    private let child: Child
    private(set) var shown = ""

    /// Runs `aiu` on a terminal of its own.
    init(_ machine: borrowing Machine, _ arguments: String...) throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe aiu_open_terminal(40, 100, nil, &ends) == 0)
        master = FileDescriptor(owning: ends[0])
        let slave = FileDescriptor(owning: ends[1])
        var request = machine.request(arguments)
        request.descriptors = [slave.raw, slave.raw, slave.raw]
        request.newSession = true
        request.controllingTerminal = true
        child = try Child.spawn(request)
    }

    func type(_ text: String) throws { try master.writeAll(Array(text.utf8)) }

    /// Waits until a text is there that was not looked for before, and takes everything up to its end.
    func expect(_ text: String, at location: SourceLocation = #_sourceLocation) throws {
        let deadline = ContinuousClock.now + Self.limit
        while .now < deadline {
            if let range = shown.firstRange(of: text) {
                shown = String(shown[range.upperBound...])
                return
            }
            var item = pollfd(fd: master.raw, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&item, 1, 100)
            // The last program has left a terminal that cannot be read any more.
            guard let bytes = try? master.read(upTo: 65536) else { continue }
            shown += String(decoding: bytes, as: UTF8.self)
        }
        Issue.record("'\(text)' was not shown; there was: \(shown)", sourceLocation: location)
    }

    func end() throws -> Child.Outcome { try child.wait() }

    func signal(_ number: Int32) throws { try child.signal(number) }
}
