// Does for the supervisor what takes privileges over networks: see docs/design/network.md. Descriptor 3 is the supervisor's.
internal import AIUNetHelper
internal import AIUSandbox
internal import AIUSystem
internal import Glibc

private let log = Log("aiu-net")

private func option(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
    return arguments[place + 1]
}

guard let proxy = option("--proxy") else {
    log.error("usage: aiu-net --proxy PROGRAM [--roots FILE]")
    exit(2)
}
signal(SIGPIPE, SIG_IGN)
// Nobody waits for what it starts: the supervisor holds it, and it is gone when it ends.
signal(SIGCHLD, SIG_IGN)
for gap in Confinement.networks().apply() { log.info("runs without \(gap)") }
do {
    let entry = NamespaceEntry(program: proxy, roots: option("--roots"))
    try NetServer(FileDescriptor(owning: 3), entry, Cards()).run()
} catch {
    log.error("\(error)")
    exit(1)
}
