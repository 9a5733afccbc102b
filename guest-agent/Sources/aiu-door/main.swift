internal import AIUDoor
internal import AIUSandbox
internal import AIUSystem
internal import Glibc

// The guest's proxy and name server: three sockets come from the agent, listening already. 3 is the proxy's, 4 and 5 are
// those of the name server, for streams and for datagrams.
guard CommandLine.arguments.count == 1, fcntl(5, F_GETFD) >= 0 else {
    Log("door").error("it runs only as a part of an AIU VM, started by its agent")
    exit(64)
}
signal(SIGPIPE, SIG_IGN)
do {
    let loop = try EventLoop()
    let door = Door(loop: loop, dial: Door.dialHost)
    try door.serve(FileDescriptor(owning: 3), leadingTo: .proxy)
    try door.serve(FileDescriptor(owning: 4), leadingTo: .names)
    try door.answer(FileDescriptor(owning: 5))
    var confinement = Confinement()
    // It could make no connection to the host any more.
    confinement.ownNetwork = false
    confinement.systemCalls = .vsockRelay
    for gap in confinement.apply() { Log("door").warning("\(gap)") }
    try loop.run()
    exit(1)
} catch {
    Log("door").error("\(error)")
    exit(1)
}
