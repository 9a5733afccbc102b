/// One field that a change of configuration touches, and when it takes effect.
package struct FieldChange: Equatable, Sendable, Codable {
    package enum Effect: String, Sendable, Codable, CaseIterable {
        /// At once, in the running VM.
        case live
        /// The VM does not run; it finds it at its next start.
        case atNextStart
        /// The VM runs and goes on with the former value until it is restarted.
        case needsRestart
        /// Not possible; `reason` says why.
        case refused
    }

    /// Such as `resources.ram`.
    package var field: String
    /// JSON texts; nil where the field is absent.
    package var before: String?
    package var after: String?
    package var effect: Effect
    package var reason: String?

    package init(field: String, before: String?, after: String?, effect: Effect, reason: String? = nil) {
        self.field = field
        self.before = before
        self.after = after
        self.effect = effect
        self.reason = reason
    }
}
