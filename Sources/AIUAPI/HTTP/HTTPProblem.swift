internal import AIUJSON
package import AIUModel

/// A request that is refused: the HTTP status, the reason and a sentence.
package struct HTTPProblem: Error, Equatable, Sendable {
    package var status: UInt32
    package var failure: Failure
    package var allow: [Method] = []

    package init(_ failure: Failure) {
        self.init(Self.status(of: failure.reason), failure.reason, failure.message)
    }

    package init(_ status: UInt32, _ reason: Failure.Reason, _ message: String, allow: [Method] = []) {
        self.status = status
        failure = Failure(reason, message)
        self.allow = allow
    }

    package static func status(of reason: Failure.Reason) -> UInt32 {
        switch reason {
        case .invalid: 400
        case .unauthenticated: 401
        case .denied: 403
        case .notFound: 404
        case .conflict: 409
        case .busy: 423
        case .exhausted: 429
        case .damaged, .internalError: 500
        case .unsupported: 501
        case .unavailable: 503
        case .timedOut: 504
        case .noSpace: 507
        }
    }

    var response: Response {
        var headers: [Response.Header] = []
        if status == 401 {
            headers.append(
                .init("WWW-Authenticate", #"Bearer realm="AIU Virtual", Basic realm="AIU Virtual", charset="UTF-8""#))
        }
        if !allow.isEmpty { headers.append(.init("Allow", allow.map(\.rawValue).joined(separator: ", "))) }
        let body: [UInt8]
        do {
            body = try JSONText.encode(ErrorAnswer(error: failure))
        } catch {
            // Two strings always have a JSON text; were it otherwise, the status alone still tells.
            body = []
        }
        return .whole(status: status, type: Response.json, body: body, headers: headers)
    }
}
