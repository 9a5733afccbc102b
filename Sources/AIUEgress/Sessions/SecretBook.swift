internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// The secrets of a VM, and where they may stand.
struct SecretBook {
    /// One secret.
    private struct Entry {
        let hosts: [DomainPattern]
        let placeholder: [UInt8]
        let value: SecretBytes
    }

    /// What a header field became.
    struct Swap {
        var value: [UInt8]
        var names: [String]
    }

    private var entries: [String: Entry] = [:]

    var names: [String] { entries.keys.sorted() }

    mutating func set(_ secret: EgressSecret) -> Bool {
        guard entries[secret.name] != nil || entries.count < EgressLimits.secrets else { return false }
        entries[secret.name] = Entry(
            hosts: secret.hosts, placeholder: Array(secret.placeholder.utf8), value: SecretBytes(secret.value))
        return true
    }

    mutating func forget(_ name: String) { entries[name] = nil }

    /// Whether requests to the host must be read, because it has secrets.
    func concerns(_ host: EgressHost) -> Bool {
        guard !entries.isEmpty, case .name(let name) = host else { return false }
        return entries.values.contains { Self.matches($0, name) }
    }

    private static func matches(_ entry: Entry, _ name: String) -> Bool {
        entry.hosts.contains { pattern in
            pattern.isWildcard ? name.hasSuffix(".\(pattern.name)") : name == pattern.name
        }
    }

    /// A field may carry a secret when its name says so. In others, such as `Origin`, servers send back what they get.
    static func mayCarry(_ name: ArraySlice<UInt8>) -> Bool {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        return ["authorization", "key", "token", "auth", "secret"].contains(where: name.contains)
    }

    /// The value of a field with its placeholders swapped; nil when there are none of this host's.
    func swap(_ value: ArraySlice<UInt8>, isAuthorization: Bool, host: EgressHost) -> Swap? {
        guard case .name(let name) = host else { return nil }
        let basic = Array("basic ".utf8)
        if isAuthorization, value.count > basic.count, HTTPHead.equal(basic[...], value.prefix(basic.count)),
            var plain = Base64.decode(value.dropFirst(basic.count))
        {
            defer { wipe(&plain) }
            guard var inner = swapPlain(plain[...], name) else { return nil }
            defer { wipe(&inner.value) }
            return Swap(value: Base64.encode(inner.value, after: "Basic "), names: inner.names)
        }
        return swapPlain(value, name)
    }

    private func swapPlain(_ value: ArraySlice<UInt8>, _ host: String) -> Swap? {
        var swap: Swap?
        for (name, entry) in entries where Self.matches(entry, host) {
            var current = swap?.value ?? Array(value)
            var from = 0
            var found = false
            while let place = Self.find(entry.placeholder, in: current, from: from) {
                // Made in one piece of memory: what `+` leaves between is wiped by nobody.
                var next: [UInt8] = []
                next.reserveCapacity(current.count + entry.value.count)
                next += current[..<place]
                entry.value.append(to: &next)
                next += current[(place + entry.placeholder.count)...]
                wipe(&current)
                current = next
                from = place + entry.value.count
                found = true
            }
            if found { swap = Swap(value: current, names: (swap?.names ?? []) + [name]) }
        }
        return swap
    }

    /// Placeholders instead of secrets that a server sends back; nil when there are none. What is shorter than eight bytes
    /// stands in other words too, and is left.
    func hidden(_ value: ArraySlice<UInt8>, host: EgressHost) -> [UInt8]? {
        guard case .name(let name) = host else { return nil }
        var changed: [UInt8]?
        for entry in entries.values where entry.value.count >= 8 && Self.matches(entry, name) {
            var current = changed ?? Array(value)
            var from = 0
            while let place = entry.value.first(in: current[from...]) {
                current.replaceSubrange(place, with: entry.placeholder)
                from = place.lowerBound + entry.placeholder.count
                changed = current
            }
        }
        return changed
    }

    /// Whether a placeholder of this host stands in some bytes.
    func mentions(_ bytes: ArraySlice<UInt8>, host: EgressHost) -> Bool {
        guard case .name(let name) = host, !entries.isEmpty else { return false }
        let all = Array(bytes)
        return entries.values.contains { Self.matches($0, name) && Self.find($0.placeholder, in: all, from: 0) != nil }
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        guard bytes.count - from >= needle.count else { return nil }
        for index in from...(bytes.count - needle.count)
        where bytes[index] == needle[0] && bytes[index..<index + needle.count].elementsEqual(needle) {
            return index
        }
        return nil
    }
}
