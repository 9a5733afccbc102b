internal import AIUSystem
internal import Glibc

/// What QEMU says of itself. Asking libvirt instead could make it examine a second QEMU for seconds.
enum EmulatorVersion {
    private static let limit = Duration.seconds(5)
    private static let longest = 4096

    /// "7.2.22"; blocks for a moment.
    static func read(_ emulator: String) throws -> String {
        var output = try ChildOutput()
        try output.settle()
        var request = SpawnRequest(emulator, ["--version"], environment: ["LC_ALL=C"])
        request.descriptors = [-1, output.writeEnd, -1]
        request.noNewPrivileges = true
        request.deathSignal = SIGKILL
        let child = try Child.spawn(request)
        output.closeWriteEnd()
        let deadline = ContinuousClock.now + limit
        while output.isOpen, ContinuousClock.now < deadline {
            var wait = output.interest
            _ = unsafe poll(&wait, 1, 100)
            try output.receive(keeping: longest)
        }
        try? child.signal(SIGKILL)  // it has ended by itself unless it hangs
        _ = try child.wait()
        return parsed(String(decoding: output.received, as: UTF8.self))
    }

    private static func parsed(_ text: String) -> String {
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        guard let index = words.firstIndex(of: "version"), index + 1 < words.endIndex else { return "unknown" }
        return String(words[index + 1].prefix(32))
    }
}
