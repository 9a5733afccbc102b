internal import AIUSystem
internal import Glibc

/// A pipe whose one end a child gets, and the bounded tail of what has come out of the other.
struct ChildOutput: ~Copyable {
    private let reader: FileDescriptor
    private var writer: FileDescriptor?
    private(set) var received: [UInt8] = []
    private(set) var isOpen = true

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        try SystemError.checkErrno(unsafe pipe(&ends), "make a pipe")
        reader = FileDescriptor(owning: ends[0])
        writer = FileDescriptor(owning: ends[1])
    }

    /// Keeps the pipe from the children of others, and reading from waiting.
    func settle() throws(SystemError) {
        for end in [reader.raw, writeEnd] {
            try SystemError.checkErrno(fcntl(end, F_SETFD, FD_CLOEXEC), "keep a pipe from children")
        }
        try reader.setNonBlocking()
    }

    var writeEnd: Int32 {
        switch writer {
        case .some(let writer): writer.raw
        case .none: -1
        }
    }

    /// Call once the child has it, or the end of the child will not show.
    mutating func closeWriteEnd() { writer = nil }

    /// What to poll: nothing once it has ended.
    var interest: pollfd { pollfd(fd: isOpen ? reader.raw : -1, events: Int16(POLLIN), revents: 0) }

    mutating func receive(keeping limit: Int) throws(SystemError) {
        guard let part = try reader.read(upTo: limit) else { return }
        if part.isEmpty { isOpen = false }
        received += part
        if received.count > limit { received.removeFirst(received.count - limit) }
    }
}
