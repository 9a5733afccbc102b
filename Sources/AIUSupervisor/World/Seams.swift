import AIUModel

/// The ways to the world, and what may end this supervisor after each step there.
struct Seams: Sendable {
    var hypervisor: any Hypervisor
    var images: any Images
    var store: any VMStore
    var links: any GuestLinks
    var archives: any Archives
    var models: any ModelFiles
    var catalogue: any ModelCatalogue
    /// Nil: no VM of this supervisor ever reaches anything.
    var egress: (any EgressControl)?
    /// Called after each step. One that throws has ended this supervisor: it changes nothing from then on.
    var failPoint: @Sendable (Step) throws(Failure) -> Void
}
