// The program that stands between one virtual machine and the programs of its host: see docs/design/vsock.md.
internal import AIUSandbox
internal import AIUSystem
internal import AIUVsock
internal import Glibc

private let log = Log("aiu-vsockd")

private func fail(_ message: String, status: Int32) -> Never {
    log.error(message)
    exit(status)
}

private func serve(_ options: Options) throws(SystemError) -> BackEnd.Outcome {
    signal(SIGPIPE, SIG_IGN)
    // Before the working directory changes, because these may be relative.
    var configuration = BackEnd.Configuration(directory: "", cid: options.cid)
    configuration.consoleLimit = options.consoleLimit
    configuration.console = options.console.map(absolute)
    // Short names of sockets: a socket's address has room for 107 bytes only, and a new root changes nothing.
    try SystemError.checkErrno(unsafe chdir(options.directory), "enter", options.directory)
    let backEnd = try BackEnd(configuration, loop: EventLoop())
    confine(options)
    let ready = Array("ready\n".utf8)
    try SystemError.checkErrno(unsafe write(STDOUT_FILENO, ready, ready.count), "say that the sockets listen")
    return try backEnd.run()
}

private func confine(_ options: Options) {
    var confinement = Confinement()
    confinement.user = options.user
    confinement.root = "."
    confinement.limits = [
        ResourceLimit(.coreFile, 0), ResourceLimit(.openFiles, UInt64(Limits.connections + 256)),
        ResourceLimit(.lockedMemory, 0),
    ]
    confinement.systemCalls = .socketServer
    for gap in confinement.apply() { log.info("runs without \(gap)") }
}

private func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(folder) }
    return unsafe String(cString: folder) + "/" + path
}

do throws(UsageError) {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    do throws(SystemError) {
        switch try serve(options) {
        case .frontEndLeft: exit(0)
        case .nobodyCame: fail("QEMU did not connect within \(Limits.frontEndWait)", status: 1)
        case .failed(let error): fail("gave QEMU up: \(error)", status: 1)
        }
    } catch {
        fail("\(error)", status: 1)
    }
} catch {
    fail("\(error)", status: 2)
}
