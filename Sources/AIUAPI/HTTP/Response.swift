internal import AIUJSON
internal import AIUModel

/// What a request is answered with.
enum Response: Sendable {
    /// A header beside those that every answer has.
    struct Header: Sendable {
        let name: String
        let value: String
        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    static let json = "application/json"
    static let text = "text/plain; charset=utf-8"
    static let bytes = "application/octet-stream"
    static let eventStream = "text/event-stream"

    case whole(status: UInt32, type: String?, body: [UInt8], headers: [Header])
    /// Sent as it is produced; ends when the closure returns, with what went wrong.
    case stream(type: String, produce: @Sendable (ByteStream) async -> Failure?)
    /// The connection leaves HTTP.
    case upgrade(to: String, accept: @Sendable (Upgraded) -> Void)

    /// Whether what was asked for goes on when the answer has begun.
    var goesOn: Bool {
        switch self {
        case .whole: false
        case .stream, .upgrade: true
        }
    }

    static let empty = Response.whole(status: 204, type: nil, body: [], headers: [])

    static func value<Value: Encodable>(_ value: Value, status: UInt32 = 200) throws(Failure) -> Response {
        do {
            return .whole(status: status, type: json, body: try JSONText.encode(value), headers: [])
        } catch {
            throw Failure(.internalError, "the answer has no JSON form: \(error)")
        }
    }

    var status: UInt32 {
        switch self {
        case .whole(let status, _, _, _): status
        case .stream: 200
        case .upgrade: 101
        }
    }
}
