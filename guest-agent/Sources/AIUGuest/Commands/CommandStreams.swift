internal import AIUSystem
internal import AIUWire
internal import CLinux
internal import Glibc

/// The agent's ends of a command's input and outputs, and the child's ends until it has started.
struct CommandStreams {
    var input: Handle?
    var outputs: [(kind: FrameKind, handle: Handle)] = []
    /// The command's terminal, for its size.
    var terminal: Handle?
    private(set) var childEnds: [Handle?]

    /// What the child gets as descriptors 0, 1 and 2.
    var childDescriptors: [Int32] { childEnds.map { $0?.raw ?? -1 } }

    mutating func closeChildEnds() { childEnds = [] }

    init(_ request: ExecuteRequest, owner: UInt32?) throws(SystemError) {
        if let size = request.terminal {
            var ends: [Int32] = [-1, -1]
            let result =
                if var owner { unsafe aiu_open_terminal(size.rows, size.columns, &owner, &ends) } else {
                    unsafe aiu_open_terminal(size.rows, size.columns, nil, &ends)
                }
            try SystemError.check(result, "open a terminal")
            let master = Handle(FileDescriptor(owning: ends[0]))
            let slave = Handle(FileDescriptor(owning: ends[1]))
            // A number of its own: a loop watches each number once.
            input = Handle(try master.file.duplicate())
            outputs = [(.standardOutput, master)]
            terminal = master
            childEnds = [slave, slave, slave]
            return
        }
        let output = try Self.pipe()
        let error = try Self.pipe()
        outputs = [(.standardOutput, output.read), (.standardError, error.read)]
        childEnds = [nil, output.write, error.write]
        if request.input {
            let pipe = try Self.pipe()
            input = pipe.write
            childEnds[0] = pipe.read
        }
        if let input { try input.file.setNonBlocking() }
        for output in outputs { try output.handle.file.setNonBlocking() }
    }

    private static func pipe() throws(SystemError) -> (read: Handle, write: Handle) {
        var ends: [Int32] = [-1, -1]
        try SystemError.check(unsafe aiu_pipe(&ends), "make a pipe")
        return (Handle(FileDescriptor(owning: ends[0])), Handle(FileDescriptor(owning: ends[1])))
    }
}
