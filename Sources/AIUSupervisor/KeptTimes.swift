package import AIUModel

/// Says whose kept time is over, and takes no wall clock at its first word: hosts start years ahead of the time or are set to
/// a wrong one, and a disk that is gone is gone. So a VM goes when it was found due at two looks, an hour apart by the clock
/// that nobody can set, and the wall clock did not jump between them.
package struct KeptTimes: Sendable {
    /// What a look showed.
    package struct Look: Equatable, Sendable {
        package var due: [VMID]
        /// How far the wall clock went astray since the last look.
        package var jump: Duration?
    }

    /// How long a VM must have been due.
    package static let confirmation = Duration.seconds(3600)
    /// A clock that is steered to the right time goes a little faster or slower, which is no jump.
    package static let tolerance = Duration.seconds(300)

    private var last: (wall: Int64, steady: Duration)?
    private var dueSince: [VMID: Duration] = [:]

    package init() {}

    /// `kept` says until when each is kept, in milliseconds since 1970 like `wall`.
    package mutating func look(at kept: [VMID: Int64], wall: Int64, steady: Duration) -> Look {
        let jump = last.map { Duration.milliseconds(wall - $0.wall) - (steady - $0.steady) } ?? .zero
        let hasJumped = jump.magnitude > Self.tolerance
        last = (wall, steady)
        if hasJumped { dueSince = [:] }
        // A recovered one is forgotten, and so is one that a clock put back has made wait again.
        dueSince = dueSince.filter { id, _ in kept[id].map { $0 <= wall } ?? false }
        var due: [VMID] = []
        for (id, end) in kept where end <= wall {
            let since = dueSince[id] ?? steady
            dueSince[id] = since
            if steady - since >= Self.confirmation { due.append(id) }
        }
        return Look(due: due.sorted(), jump: hasJumped ? jump : nil)
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
