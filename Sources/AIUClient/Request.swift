internal import AIUModel

/// One request to the supervisor.
package struct Request: Equatable, Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// The path's components, not yet escaped.
    package var path: [String]
    package var query: [(name: String, value: String)]
    package var body: [UInt8]?
    package var contentType: String
    package var accept: String?
    /// The protocol to change to.
    package var upgrade: String?
    /// Accepted from a supervisor of another version too: what is needed to end or describe it.
    package var anyVersion: Bool
    /// In words, for messages.
    package var purpose: String
    /// What proves who asks, when the socket does not; never shown.
    package var authorization: String?
    package var host = "aiud"

    package init(
        _ method: Method, _ path: [String], query: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        contentType: String = "application/json", accept: String? = nil, upgrade: String? = nil,
        anyVersion: Bool = false, purpose: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.contentType = contentType
        self.accept = accept
        self.upgrade = upgrade
        self.anyVersion = anyVersion
        self.purpose = purpose
    }

    package static func == (left: Request, right: Request) -> Bool {
        left.method == right.method && left.target == right.target && left.body == right.body
            && left.contentType == right.contentType && left.accept == right.accept && left.upgrade == right.upgrade
            && left.anyVersion == right.anyVersion
    }

    /// Path and query as they stand in the request line.
    package var target: String {
        var text = path.map { "/" + Self.escape($0) }.joined()
        if !query.isEmpty {
            text += "?" + query.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }.joined(separator: "&")
        }
        return text
    }

    package var encoded: [UInt8] {
        var head =
            "\(method.rawValue) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(APIVersion.header): \(APIVersion.current)\r\n"
        if let authorization { head += "Authorization: \(authorization)\r\n" }
        if let accept { head += "Accept: \(accept)\r\n" }
        if let upgrade {
            head += "Connection: Upgrade\r\nUpgrade: \(upgrade)\r\n"
        } else {
            head += "Connection: close\r\n"
        }
        if let body {
            head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        } else if method == .post || method == .put {
            head += "Content-Length: 0\r\n"
        }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }

    private static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            case _: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
