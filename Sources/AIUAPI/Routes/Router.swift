internal import AIUModel

/// Finds the route of a request and checks what stands in its URL.
struct Router: Sendable {
    static let longestTarget = 8 * 1024
    private static let mostSegments = 16

    let routes: [Route]
    private let segments: [[Substring]]

    init(_ routes: [Route]) {
        self.routes = routes
        segments = routes.map(\.segments)
    }

    /// The route for a method and a raw target, and the request as far as the target tells it.
    func match(method: String, target: [UInt8]) throws(HTTPProblem) -> (Route, Request) {
        guard target.count <= Self.longestTarget else {
            throw HTTPProblem(414, .invalid, "the URL is longer than \(Self.longestTarget) bytes")
        }
        let parts = target.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let path = try decodePath(parts[0])
        let matching = routes.indices.filter { Self.matches(segments[$0], path) }
        guard !matching.isEmpty else { throw unknown(path) }
        guard let index = matching.first(where: { routes[$0].method.rawValue == method }) else {
            let allowed = matching.map { routes[$0].method }
            let names = allowed.map(\.rawValue).joined(separator: " or ")
            let place = "/\(path.joined(separator: "/"))"
            throw HTTPProblem(405, .invalid, "\(method) does not work on \(place); use \(names)", allow: allowed)
        }
        var request = Request()
        for (pattern, value) in zip(segments[index], path) where pattern.first == "{" {
            request.path[String(pattern.dropFirst().dropLast())] = value
        }
        request.query = try parseQuery(parts.count > 1 ? parts[1] : [], routes[index].query)
        return (routes[index], request)
    }

    private static func matches(_ pattern: [Substring], _ path: [String]) -> Bool {
        pattern.count == path.count && zip(pattern, path).allSatisfy { $0.first == "{" || $0 == $1 }
    }

    private func decodePath(_ raw: ArraySlice<UInt8>) throws(HTTPProblem) -> [String] {
        guard raw.first == UInt8(ascii: "/") else {
            throw HTTPProblem(400, .invalid, "the request's target must be a path that begins with '/'")
        }
        let pieces = raw.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard pieces.count <= Self.mostSegments else {
            throw HTTPProblem(404, .notFound, "no path here has more than \(Self.mostSegments) parts")
        }
        var path: [String] = []
        for piece in pieces {
            guard let text = Percent.decode(piece) else {
                throw HTTPProblem(400, .invalid, "the path has a malformed escape or bytes that are not UTF-8 text")
            }
            path.append(text)
        }
        return path
    }

    private func parseQuery(
        _ raw: ArraySlice<UInt8>, _ known: [Route.Parameter]
    ) throws(HTTPProblem) -> [String: String] {
        var query: [String: String] = [:]
        for pair in raw.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Percent.decode(sides[0]), let value = Percent.decode(sides.count > 1 ? sides[1] : [])
            else {
                throw HTTPProblem(400, .invalid, "the query has a malformed escape or bytes that are not UTF-8 text")
            }
            guard let parameter = known.first(where: { $0.name == name }) else {
                let nearest = Nearest.word(to: name, in: known.map(\.name))
                let names = known.isEmpty ? "none" : known.map(\.name).joined(separator: ", ")
                let way = nearest.map { "did you mean '\($0)'?" } ?? "known here: \(names)"
                throw HTTPProblem(400, .invalid, "there is no query parameter '\(name)'; \(way)")
            }
            guard query.updateValue(value, forKey: name) == nil else {
                throw HTTPProblem(400, .invalid, "the query parameter '\(name)' is given twice")
            }
            try parameter.check(value)
        }
        for parameter in known where parameter.required && query[parameter.name] == nil {
            throw HTTPProblem(400, .invalid, "the query parameter '\(parameter.name)' is missing: \(parameter.note)")
        }
        return query
    }

    private func unknown(_ path: [String]) -> HTTPProblem {
        let ranked = segments.map { Self.distance($0, path) }
        let place = "/\(path.joined(separator: "/"))"
        let best = ranked.indices.min { ranked[$0] < ranked[$1] }
        let nearest = best.map { " the nearest path is \(routes[$0].template);" } ?? ""
        return HTTPProblem(404, .notFound, "there is nothing at \(place);\(nearest) /v1/openapi.json lists them all")
    }

    private static func distance(_ pattern: [Substring], _ path: [String]) -> Int {
        let missing = 4 * abs(pattern.count - path.count)
        return zip(pattern, path).reduce(missing) { total, pair in
            let cost = pair.0.first == "{" ? 0 : Nearest.distance(String(pair.0), pair.1)
            return total + min(cost, 64)
        }
    }
}

extension Route.Parameter {
    /// Refuses a value that the published schema refuses.
    fileprivate func check(_ value: String) throws(HTTPProblem) {
        switch schema {
        case .boolean where value != "true" && value != "false":
            throw HTTPProblem(400, .invalid, "the query parameter '\(name)' must be true or false, not '\(value)'")
        case .integer(let range) where Int64(value).map({ !range.contains($0) }) ?? true:
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw HTTPProblem(400, .invalid, "the query parameter '\(name)' must be \(expected), not '\(value)'")
        case .choice(let words) where !words.contains(value):
            let expected = words.joined(separator: " or ")
            throw HTTPProblem(400, .invalid, "the query parameter '\(name)' must be \(expected), not '\(value)'")
        case .text(_, let atMost?) where value.unicodeScalars.count > atMost:
            throw HTTPProblem(400, .invalid, "the query parameter '\(name)' is longer than \(atMost) characters")
        case .boolean, .integer, .choice, .text, .number, .size, .array, .map, .object, .document, .anything,
            .reference:
            return
        }
    }
}
