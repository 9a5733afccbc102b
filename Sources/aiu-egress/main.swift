// The program between one virtual machine and the networks of its host: see docs/design/network.md.
internal import AIUEgress
internal import AIUSandbox
internal import AIUSystem
internal import Glibc

private let log = Log("aiu-egress")

private func fail(_ message: String, status: Int32) -> Never {
    log.error(message)
    exit(status)
}

private func serve(_ serving: Options.Serving) throws(SystemError) {
    signal(SIGPIPE, SIG_IGN)
    // A log that is full is no reason to end.
    signal(SIGXFSZ, SIG_IGN)
    var configuration = EgressProxy.Configuration()
    configuration.nameServers = serving.names.map { NameServers.ofHost($0) } ?? NameServers.ofHost()
    configuration.roots = RootCertificates.ofHost()
    configuration.moreRoots = serving.roots
    configuration.namespace = serving.namespace
    let proxy = try EgressProxy(
        supervisor: FileDescriptor(owning: 3), proxy: FileDescriptor(owning: 4), dns: FileDescriptor(owning: 5),
        configuration, loop: EventLoop())
    for gap in Confinement.egress(serving.user).apply() { log.info("runs without \(gap)") }
    try proxy.run()
}

do throws(UsageError) {
    switch try Options(Array(CommandLine.arguments.dropFirst())) {
    case .makeAuthority(let name):
        guard let pem = TLSAuthority.make(name: name) else { fail("cannot make a certificate authority", status: 1) }
        print(String(decoding: pem, as: UTF8.self), terminator: "")
    case .serve(let serving):
        do throws(SystemError) { try serve(serving) } catch { fail("\(error)", status: 1) }
    }
} catch {
    fail("\(error)", status: 2)
}
