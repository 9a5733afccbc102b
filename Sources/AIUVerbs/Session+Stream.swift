internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON

extension Session {
    /// Hands over each event that the supervisor sends, until it ends the stream or `--timeout` is over.
    func follow<Event: Decodable>(_ request: Request, _ take: (Event) throws -> Void) throws {
        client.patience = Patience(limit: try timeout())
        let exchange = try client.open(request)
        var parser = EventStreamParser()
        while let part = try exchange.nextPart() {
            let found: [[UInt8]]
            do throws(HTTPError) {
                found = try parser.feed(part)
            } catch {
                throw ClientError.malformed(request: request.purpose, reason: error.description)
            }
            for data in found { try take(try Client.decode(from: data, of: request)) }
        }
    }

    /// One of many that come one after the other: a line, a line of JSON, or a document of YAML.
    func writeOne(_ value: some Encodable, name: @autoclosure () -> String, line: @autoclosure () -> String) throws {
        switch format {
        case .table: try write(line())
        case .json: try write(try JSON(encoding: value).text() + "\n")
        case .yaml: try write("---\n" + YAMLWriter.text(try JSON(encoding: value)))
        case .quiet: try write(name() + "\n")
        }
    }
}
