internal import Glibc

extension Confinement {
    /// How many descriptors a VM's connections may take, on both of their sides.
    private static let connections: UInt64 = 4096

    /// What it may say into the file that its supervisor gave it.
    private static let log: UInt64 = 1 << 20

    /// Much more than it needs, and much less than would hurt the host.
    private static let memory: UInt64 = 2 << 30

    /// Where no user of any host is, and room for every process number.
    private static let firstUser: UInt32 = 0x7000_0000

    /// For the proxy between a VM and the host's networks: it needs these, and nothing else of the host. As root it becomes
    /// `user`, or one that no other process has: it owns no file, so that nobody needs to know which.
    package static func egress(_ user: User?) -> Confinement {
        var confinement = Confinement()
        confinement.user = user
        if user == nil, geteuid() == 0 {
            let own = firstUser + UInt32(getpid())
            confinement.user = User(user: own, group: own)
        }
        confinement.ownNetwork = false
        confinement.bindsSockets = false
        confinement.hidesMemory = true
        confinement.diesWithParent = true
        confinement.limits = [
            ResourceLimit(.coreFile, 0), ResourceLimit(.openFiles, connections), ResourceLimit(.fileSize, log),
            // Secrets are locked, so that they are never swapped out.
            ResourceLimit(.lockedMemory, 8 << 20), ResourceLimit(.processes, 1),
            ResourceLimit(.addressSpace, memory),
        ]
        confinement.systemCalls = .internetClient
        return confinement
    }
}
