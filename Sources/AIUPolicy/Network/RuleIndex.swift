import AIUModel

/// The rules of one list, found by host: a thousand of them cost a look-up for each label of the name, as ten do.
struct RuleIndex: Sendable {
    let rules: [NetworkRule]
    private var exact: [Substring: [Int]] = [:]
    /// By the name behind `*.`.
    private var below: [Substring: [Int]] = [:]
    private var any: [Int] = []
    private var addresses: [IPAddress: [Int]] = [:]
    private var networks: [(network: IPNetwork, rule: Int)] = []

    init(_ rules: [NetworkRule]) {
        self.rules = rules
        for (index, rule) in rules.enumerated() {
            switch rule.host {
            case .any: any.append(index)
            case .domain(let pattern) where pattern.isWildcard: below[pattern.name[...], default: []].append(index)
            case .domain(let pattern): exact[pattern.name[...], default: []].append(index)
            case .network(let network) where network.isSingle: addresses[network.address, default: []].append(index)
            case .network(let network): networks.append((network, index))
            }
        }
    }

    /// Calls with each rule about the name, the nearest first, until one is enough.
    func first<Result>(name: String, _ body: (NetworkRule) -> Result?) -> Result? {
        if let result = first(exact[name[...]], body) { return result }
        if !below.isEmpty {
            var rest = name[...]
            while let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
                rest = rest[rest.utf8.index(after: dot)...]
                if let result = first(below[rest], body) { return result }
            }
        }
        return first(any, body)
    }

    /// The same for a raw address, which `*` is not about.
    func first<Result>(address: IPAddress, _ body: (NetworkRule) -> Result?) -> Result? {
        if let result = first(addresses[address], body) { return result }
        for (network, rule) in networks where network.contains(address) {
            if let result = body(rules[rule]) { return result }
        }
        return nil
    }

    func first<Result>(host: EgressHost, _ body: (NetworkRule) -> Result?) -> Result? {
        switch host {
        case .name(let name): first(name: name, body)
        case .address(let address): first(address: address, body)
        }
    }

    /// A rule about everything, names and raw addresses.
    func firstOfAll<Result>(_ body: (NetworkRule) -> Result?) -> Result? { first(any, body) }

    private func first<Result>(_ indices: [Int]?, _ body: (NetworkRule) -> Result?) -> Result? {
        guard let indices else { return nil }
        for index in indices {
            if let result = body(rules[index]) { return result }
        }
        return nil
    }
}
