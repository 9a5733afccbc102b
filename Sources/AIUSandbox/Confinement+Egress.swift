extension Confinement {
    /// How many descriptors a VM's connections may take, on both of their sides.
    private static let connections: UInt64 = 4096

    /// Much more than it needs, and much less than would hurt the host.
    private static let memory: UInt64 = 2 << 30

    /// For the proxy between a VM and the host's networks: it needs these, and nothing else of the host.
    package static func egress(_ user: User?) -> Confinement {
        var confinement = Confinement()
        confinement.user = user
        confinement.ownNetwork = false
        confinement.bindsSockets = false
        confinement.hidesMemory = true
        confinement.limits = [
            ResourceLimit(.coreFile, 0), ResourceLimit(.openFiles, connections), ResourceLimit(.fileSize, 0),
            // Secrets are locked, so that they are never swapped out.
            ResourceLimit(.lockedMemory, 8 << 20), ResourceLimit(.processes, 1),
            ResourceLimit(.addressSpace, memory),
        ]
        confinement.systemCalls = .internetClient
        return confinement
    }
}
