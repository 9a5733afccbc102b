package import AIUJSON

/// How much a VM may use of what it may reach; `nil` is not limited by this scope.
package struct NetworkLimits: Equatable, Sendable {
    package var requestsPerMinute: Int?
    /// Both directions, by the UTC calendar.
    package var bytesPerDay: ByteCount?
    package var connections: Int?

    package init(requestsPerMinute: Int? = nil, bytesPerDay: ByteCount? = nil, connections: Int? = nil) {
        self.requestsPerMinute = requestsPerMinute
        self.bytesPerDay = bytesPerDay
        self.connections = connections
    }

    package func tightened(by inner: NetworkLimits) -> NetworkLimits {
        func least<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
            guard let left, let right else { return left ?? right }
            return min(left, right)
        }
        return NetworkLimits(
            requestsPerMinute: least(requestsPerMinute, inner.requestsPerMinute),
            bytesPerDay: least(bytesPerDay, inner.bytesPerDay), connections: least(connections, inner.connections))
    }

    /// The first limit of `inner` that is wider than this one's, and what to say about it.
    func widening(by inner: NetworkLimits) -> (name: String, message: String)? {
        func wider<Value: Comparable>(_ name: String, _ outer: Value?, _ inner: Value?) -> (String, String)? {
            guard let outer, let inner, inner > outer else { return nil }
            return (name, "is \(inner), more than the \(outer) of an outer scope")
        }
        return wider("requests_per_minute", requestsPerMinute, inner.requestsPerMinute)
            ?? wider("bytes_per_day", bytesPerDay, inner.bytesPerDay)
            ?? wider("connections", connections, inner.connections)
    }

    package var json: JSON {
        var members: [JSON.Member] = []
        if let requestsPerMinute { members.append(.init("requests_per_minute", .integer(Int64(requestsPerMinute)))) }
        if let bytesPerDay { members.append(.init("bytes_per_day", .string(bytesPerDay.description))) }
        if let connections { members.append(.init("connections", .integer(Int64(connections)))) }
        return .object(members)
    }
}
