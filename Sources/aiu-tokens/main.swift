// The program that counts tokens for the supervisor: see docs/design/metering.md.
internal import AIUSandbox
internal import AIUSystem
internal import AIUTokenLink
internal import Glibc

private let log = Log("aiu-tokens")
/// All vocabularies together, with the program.
private let memory: UInt64 = 3 << 30
private let nobody: UInt32 = 65534

private func confine() {
    var confinement = Confinement()
    // Nothing is looked up any more: files come as descriptors.
    if geteuid() == 0 { confinement.user = Confinement.User(user: nobody, group: nobody) }
    confinement.limits = [
        ResourceLimit(.coreFile, 0), ResourceLimit(.fileSize, 0), ResourceLimit(.lockedMemory, 0),
        ResourceLimit(.openFiles, 16), ResourceLimit(.addressSpace, memory),
    ]
    confinement.systemCalls = .vocabularyServer
    // What is missing on this host is the same at every start, and `aiu doctor` tells of it.
    for gap in confinement.apply() { log.debug("runs without \(gap)") }
}

signal(SIGPIPE, SIG_IGN)
// Usage: aiu-tokens. The supervisor's socket is descriptor 3.
LibraryLog.start()
confine()
do throws(SystemError) {
    var server = TokenServer(FileDescriptor(owning: 3))
    try server.run()
} catch {
    log.error("\(error)")
    exit(1)
}
