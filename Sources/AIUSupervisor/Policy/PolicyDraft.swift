import AIUModel

/// A document that was read and checked, on its way to be the next version.
struct PolicyDraft: Sendable {
    let document: PolicyDocument
    let text: String
    let digest: String
    let note: String?
    /// The version that it was made against.
    let base: Int64
    /// It came from the file itself, which therefore need not be written.
    let isFile: Bool
    /// It says the same as what is in force, byte for byte.
    let isInForce: Bool
}
