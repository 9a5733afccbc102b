internal import AIUModel

/// Addresses that stand for names: programs that must have one get it, and who connects to it has said the name.
///
/// They are of a network that is for benchmarks only, so that nothing else is meant by them.
struct SyntheticAddresses {
    static let network = IPNetwork(parsing: "198.18.0.0/15")
    private static let base: UInt32 = 198 << 24 | 18 << 16
    private static let first: UInt32 = 1

    private var names: [String] = []
    private var places: [String: Int] = [:]
    /// The next to be given away again, once all are in use.
    private var oldest = 0

    mutating func address(of name: String) -> IPAddress {
        if let place = places[name] { return Self.address(place) }
        guard names.count >= EgressLimits.syntheticNames else {
            names.append(name)
            places[name] = names.count - 1
            return Self.address(names.count - 1)
        }
        let place = oldest
        oldest = (oldest + 1) % names.count
        places[names[place]] = nil
        names[place] = name
        places[name] = place
        return Self.address(place)
    }

    func name(of address: IPAddress) -> String? {
        guard !address.isIPv6, Self.network?.contains(address) == true else { return nil }
        let place = Int(address.low) - Int(Self.base) - Int(Self.first)
        return names.indices.contains(place) ? names[place] : nil
    }

    private static func address(_ place: Int) -> IPAddress { IPAddress(v4: base + first + UInt32(place)) }
}
