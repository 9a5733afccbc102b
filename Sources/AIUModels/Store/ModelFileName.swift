internal import AIUModel

/// The names in the folder of models.
enum ModelFileName {
    /// A model: nothing of it is missing, and the database knows it.
    static let placed = "sha256-"
    /// Whole, but only the database says whether it is wanted.
    static let pending = ".pending-"
    /// Not whole.
    static let incoming = ".incoming-"

    static func placed(_ digest: ModelDigest) -> String { placed + digest.hex }

    /// Each has a name of its own, so that two of one model never meet.
    static func newPending(_ digest: ModelDigest) -> String { "\(pending)\(digest.hex)-\(unique())" }

    static func newIncoming() -> String { incoming + unique() }

    static func digest(ofPlaced name: String) -> ModelDigest? {
        name.hasPrefix(placed) ? ModelDigest(String(name.dropFirst(placed.count))) : nil
    }

    static func digest(ofPending name: String) -> ModelDigest? {
        name.hasPrefix(pending) ? ModelDigest(String(name.dropFirst(pending.count).prefix(64))) : nil
    }

    private static func unique() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }
}
