package import AIUModel
package import AIUNetLink
internal import Glibc

/// What is asked for about a card, read as if a stranger had said it: from here on there are only numbers and known words.
package struct CheckedCard: Equatable, Sendable {
    private static let hexadecimal = Set("0123456789abcdef".utf8)

    package let device: String
    package let hardware: String
    package let address: IPAddress

    package init(_ card: NetworkCard) throws(NetProblem) {
        let digits = card.device.dropFirst(NetworkCard.prefix.count)
        guard card.device.hasPrefix(NetworkCard.prefix), let id = VMID(String(digits)) else {
            throw NetProblem("this is no card's name")
        }
        (device, hardware) = NetworkCard.names(id)
        guard card.hardware == hardware else { throw NetProblem("this is not the card's hardware address") }
        guard let address = IPAddress(parsing: card.address), !address.isIPv6,
            NetworkCard.network?.contains(address) == true, address != NetworkCard.gateway
        else { throw NetProblem("this is no card's address") }
        self.address = address
    }

    /// The VM's identifier, which no other card has.
    var mark: String { String(device.dropFirst(NetworkCard.prefix.count)) }
}
