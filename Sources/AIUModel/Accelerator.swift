/// What runs the guest's instructions, found out by booting.
package struct Accelerator: Equatable, Sendable, Codable {
    package enum Kind: String, Codable, Sendable {
        case kvm
        /// QEMU's emulation.
        case tcg
    }

    package var kind: Kind
    /// Why, in words for `aiu doctor`: "/dev/kvm is there, but a guest did not boot under it within 8 s".
    package var reason: String

    package init(kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
