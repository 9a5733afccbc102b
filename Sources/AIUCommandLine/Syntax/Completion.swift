/// What a shell may offer in place of a value.
package enum Completion: Equatable, Sendable {
    case none
    case file
    case folder
    case choices([String])
    /// Names that only the running program knows, such as those of VMs; it is asked for them by this kind.
    case names(kind: String)
}
