/// One message between the supervisor and a VM's proxy: four bytes of length, little-endian, one of kind, a payload.
///
/// Frames of their own, because a thousand rules do not fit into one of the guest's protocol, and because a secret is
/// carried as bytes that can be wiped.
package struct EgressMessage: Equatable, Sendable {
    /// What a message is. To the proxy below 16, from it above.
    package enum Kind: UInt8, Sendable {
        /// `EgressRules` as JSON; replaces those before. Answered by `applied`.
        case rules = 1
        /// An `EgressSecret`, encoded; replaces the one of the same name.
        case secret = 2
        /// The name of a secret to forget.
        case forget = 3
        /// The VM's certificate authority: certificate and key, PEM, in this order.
        case authority = 4
        /// Asks for `counters`. No payload.
        case report = 5
        /// What the VM has used of its day before: `EgressCounters` as JSON, once, first of all.
        case resume = 6
        /// What the VM has used past the proxy: `CardUse` as JSON.
        case spent = 7

        /// The sequence of rules that hold now, and connections cut by them: `EgressApplied` as JSON.
        case applied = 16
        /// One `EgressDecision` as JSON.
        case decision = 17
        /// One `EgressCounters` as JSON.
        case counters = 18
        /// Rules that cannot be applied, and so were not: text. Those before still hold.
        case refused = 19
    }

    package static let headerLength = 5
    /// Sixteen layers of a thousand rules are shorter.
    package static let longestPayload = 8 << 20

    package let kind: Kind
    package let payload: [UInt8]

    package init(_ kind: Kind, _ payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    package var encoded: [UInt8] {
        let length = UInt32(truncatingIfNeeded: payload.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerLength + payload.count)
        bytes += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: length >> $0) }
        bytes.append(kind.rawValue)
        return bytes + payload
    }
}
