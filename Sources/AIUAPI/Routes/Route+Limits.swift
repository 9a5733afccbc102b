internal import AIUModel

/// What of a request is refused before its body is read.
extension Route {
    func checkVersion(_ request: Request) throws(HTTPProblem) {
        guard !anyVersion, let wanted = request.headers["aiu-api-version"] else { return }
        guard wanted != String(APIVersion.current) else { return }
        throw HTTPProblem(
            409, .conflict,
            """
            this supervisor (\(APIVersion.product)) speaks version \(APIVersion.current) of the API, the client version \
            '\(wanted)'; after an update, end the old supervisor with `aiu system stop`, or use the `aiu` that came with it
            """)
    }

    func checkLength(_ request: Request) throws(HTTPProblem) {
        guard let text = request.headers["content-length"], let length = Int(text), length > body.limit else { return }
        throw tooLong
    }

    var tooLong: HTTPProblem {
        body.limit == 0
            ? HTTPProblem(400, .invalid, "\(method.rawValue) \(template) takes no body")
            : HTTPProblem(413, .invalid, "the request's body is longer than \(body.limit) bytes")
    }
}
