package import AIUJSON
internal import AIUModel

/// The OpenAPI 3.1 document, made from the routes themselves.
package enum OpenAPI {
    /// The document of all routes.
    package static var document: JSON { document(of: Routes.all) }

    /// The document as it is served and as it is committed.
    package static var text: [UInt8] { document.bytes(pretty: true) + [UInt8(ascii: "\n")] }

    private static let about = """
        Spoken over a Unix socket. Every answer carries the header `\(APIVersion.header)`; a request that carries \
        another version is refused.
        """

    static func document(of routes: [Route]) -> JSON {
        var paths: [JSON.Member] = []
        for route in routes {
            let operation = JSON.Member(route.method.rawValue.lowercased(), operation(route))
            if let index = paths.firstIndex(where: { $0.name == route.template }) {
                paths[index].value[operation.name] = operation.value
            } else {
                paths.append(.init(route.template, .object([operation])))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "AIU Virtual", "version": .string(APIVersion.product),
                "summary": "Local AI models in sealed micro-VMs.",
                "description": .string(about),
                "license": ["name": "Apache License 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "http://localhost", "description": "The supervisor's Unix socket."]],
            "paths": .object(paths),
            "components": ["schemas": .object(Schemas.ordered.map { .init($0.name, $0.schema.json) })],
        ]
    }

    private static func operation(_ route: Route) -> JSON {
        var json: JSON = [
            "operationId": .string(route.identifier), "summary": .string(route.summary),
            "parameters": .array(parameters(route)),
        ]
        // Clients may tell their users, and a test compares it with what must be recorded.
        json["x-permission"] = .string(route.permission?.rawValue ?? "anybody")
        json["x-audited"] = .bool(route.isAudited)
        switch route.body {
        case .none: break
        case .json(let name, let optional):
            let content: JSON = ["application/json": ["schema": Schema.reference(name).json]]
            json["requestBody"] = ["required": .bool(!optional), "content": content]
        case .bytes:
            json["requestBody"] = ["required": true, "content": ["application/octet-stream": [:]]]
        }
        var responses = [JSON.Member("\(route.answer.status)", success(route.answer))]
        for reason in route.refusals {
            let status = "\(HTTPProblem.status(of: reason))"
            if responses.allSatisfy({ $0.name != status }) {
                responses.append(.init(status, refusal("`\(reason.rawValue)`")))
            }
        }
        responses.append(.init("default", refusal("Any other refusal.")))
        json["responses"] = .object(responses)
        return json
    }

    private static func parameters(_ route: Route) -> [JSON] {
        let path = route.segments.filter { $0.first == "{" }.map { segment -> JSON in
            [
                "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string"],
            ]
        }
        let query = route.query.map { parameter -> JSON in
            [
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.required),
                "description": .string(parameter.note), "schema": parameter.schema.json,
            ]
        }
        return path + query
    }

    private static func success(_ answer: Route.Answer) -> JSON {
        switch answer {
        case .none: ["description": "Done."]
        case .json(_, let schema): described(["application/json": ["schema": schema.json]])
        case .text: described(["text/plain": ["schema": ["type": "string"]]])
        case .bytes: described(["application/octet-stream": [:]])
        case .events(let schema):
            described([
                "application/json": ["schema": schema.json], "text/event-stream": ["schema": ["type": "string"]],
            ])
        case .upgrade: ["description": "From here on both sides send frames."]
        }
    }

    private static func described(_ content: JSON) -> JSON { ["description": "Done.", "content": content] }

    private static func refusal(_ note: String) -> JSON {
        [
            "description": .string(note),
            "content": ["application/json": ["schema": Schema.reference("ErrorAnswer").json]],
        ]
    }
}
