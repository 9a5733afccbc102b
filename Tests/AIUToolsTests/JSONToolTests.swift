import AIUJSON
import AIUTools
import AIUWire
import Testing

@Suite("json")
struct JSONToolTests {
    static let config = """
        {
            "name": "shop",
            "version": "2",
            "server": {"port": 8080, "hosts": ["a", "b"], "tls": true},
            "users": [
                {"id": 1, "e-mail": "ann@x.org", "address": {"city": "Bonn"}},
                {"id": 2, "e-mail": "bob@x.org", "tags": ["x", "y"]}
            ]
        }

        """

    private func with<Result>(_ body: (ScratchWorkspace, (JSON) throws -> ToolReply) throws -> Result) throws -> Result
    {
        try ScratchWorkspace.with { workspace in
            try workspace.file("config.json", Self.config)
            return try body(workspace) { arguments in
                try WorkspaceCall(workspace: workspace).run(JSONTool(root: workspace.path), arguments)
            }
        }
    }

    @Test(
        "reading",
        arguments: [
            (["operation": "get", "path": "name"], "shop"), (["operation": "get", "path": "server.port"], "8080"),
            (["operation": "get", "path": "port"], "8080"),
            (["operation": "get", "path": "$.users[0].address.city"], "Bonn"),
            (["operation": "get", "path": "users[*].id"], "1\n2"), (["operation": "get", "path": "users.1.id"], "2"),
            (["operation": "get", "path": "/users/0/id"], "1"),
            (["operation": "get", "path": "email of the first user"], "ann@x.org"),
            (["operation": "get", "path": "last user's id"], "2"),
            (["operation": "get", "path": "users[-1].tags"], "x\ny"),
            (["operation": "get", "path": "Server Hosts"], "-"), (["operation": "get", "path": "..city"], "Bonn"),
            (["operation": "get", "path": ".users | length"], "2"), (["operation": "count", "path": "users"], "2"),
            (["operation": "count", "path": "hosts"], "2"), (["operation": "count"], "4"),
            (["operation": "keys"], "name\nversion\nserver\nusers"),
            (["operation": "keys", "path": "users"], "id\ne-mail\naddress\ntags"),
            (["operation": "validate"], "valid"),
            (["operation": "get", "text": "{\"a\": [1, 2]}", "path": "a"], "1\n2"),
            (["operation": "count", "text": "[1,2,3]"], "3"),
            (["operation": "format", "text": "{\"a\":[1,{}]}"], "{\n  \"a\": [\n    1,\n    {}\n  ]\n}"),
            (["operation": "to_csv"], "id,e-mail,address.city,tags\n1,ann@x.org,Bonn,\n2,bob@x.org,,x; y\n"),
            (["operation": "validate", "text": "{\"a\": }"], "line 1, column 7: expected a value, found `}` (at a)"),
        ] as [([String: String], String)])
    func reading(arguments: [String: String], expected: String) throws {
        try with { _, call in
            let arguments = JSON.object(arguments.map { .init($0.key, .string($0.value)) })
            if expected == "-" {
                #expect(failure { _ = try call(arguments) }?.contains("has no 'Server Hosts'") == true)
                return
            }
            let reply = try call(arguments)
            if expected.hasPrefix("line") {
                #expect(reply.value?["valid"] == false)
            } else {
                #expect(reply.text == expected)
            }
        }
    }

    @Test("editing changes one place and keeps the layout")
    func editing() throws {
        try with { workspace, call in
            _ = try call(["operation": "set", "path": "port", "value": "9090"])
            _ = try call(["operation": "set", "path": "version", "value": "3"])
            _ = try call(["operation": "set", "path": "server.tls", "value": "off"])
            _ = try call(["operation": "set", "path": "server.timeout", "value": "30"])
            _ = try call(["operation": "delete", "path": "users[0]"])
            _ = try call(["operation": "delete", "path": "hosts"])
            let text = try workspace.text("config.json")
            #expect(
                text == """
                    {
                        "name": "shop",
                        "version": "3",
                        "server": {
                            "port": 9090,
                            "tls": false,
                            "timeout": 30
                        },
                        "users": [
                            {
                                "id": 2,
                                "e-mail": "bob@x.org",
                                "tags": [
                                    "x",
                                    "y"
                                ]
                            }
                        ]
                    }

                    """)
            let made = try call(["operation": "set", "text": "{\"a\":1}", "path": "b", "value": "x y"]).text
            #expect(made == "{\"a\":1,\"b\":\"x y\"}")
        }
    }

    @Test(
        "what cannot be done changes nothing and says why",
        arguments: [
            (["operation": "get", "path": "nmae"], "config.json has no 'nmae'; did you mean 'name'?"),
            (
                ["operation": "set", "path": "id", "value": "7"],
                "'id' could be users[0].id and users[1].id; say which."
            ),
            (
                ["operation": "delete", "path": "nothing"],
                "config.json has no 'nothing'; its fields are name, version, server and users."
            ),
            (["operation": "set", "value": "7"], "json needs"),
            (
                ["operation": "set", "text": "{\"a\": 12345678901234567890}", "path": "b", "value": "1"],
                "JSON holds the number 12345678901234567890"
            ),
            (["operation": "get", "text": "{\"a\" 1}", "path": "a"], "JSON is not valid JSON: "),
            (["operation": "get", "path": ".users | nope"], "'.users | nope' could not be applied to config.json: "),
        ] as [([String: String], String)])
    func refused(arguments: [String: String], expected: String) throws {
        try with { workspace, call in
            let message = failure { _ = try call(.object(arguments.map { .init($0.key, .string($0.value)) })) }
            #expect(message?.hasPrefix(expected) == true, "\(message ?? "nothing")")
            let text = try workspace.text("config.json")
            #expect(text == Self.config)
        }
    }

    @Test(
        "schemas",
        arguments: [
            (#"{"type":"object","required":["a"]}"#, #"{"a":1}"#, 0), (#"{"type":"object","required":["a"]}"#, "{}", 1),
            (#"{"type":["integer","null"]}"#, "1.0", 0), (#"{"type":"integer"}"#, "1.5", 1),
            (#"{"enum":[1,"x"]}"#, "\"y\"", 1),
            (#"{"const":{"a":1,"b":2}}"#, #"{"b":2,"a":1.0}"#, 0), (#"{"minimum":3,"maximum":5}"#, "6", 1),
            (#"{"exclusiveMinimum":3}"#, "3", 1), (#"{"multipleOf":0.1}"#, "0.3", 0),
            (#"{"minLength":2,"maxLength":3}"#, "\"ä\"", 1),
            (#"{"pattern":"^a+$"}"#, "\"aab\"", 1), (#"{"items":{"type":"string"}}"#, "[\"a\",1,2]", 2),
            (#"{"prefixItems":[{"type":"string"}],"items":false}"#, "[\"a\",1]", 1),
            (#"{"uniqueItems":true}"#, "[1,1.0]", 1),
            (#"{"contains":{"type":"string"}}"#, "[1,2]", 1),
            (#"{"additionalProperties":false,"properties":{"name":{}}}"#, #"{"nmae":1}"#, 1),
            (#"{"patternProperties":{"^x":{"type":"string"}}}"#, #"{"x1":1,"y":1}"#, 1),
            (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, "3", 1),
            (#"{"oneOf":[{"minimum":1},{"minimum":2}]}"#, "3", 1), (#"{"not":{"type":"null"}}"#, "null", 1),
            (#"{"if":{"minimum":10},"then":{"maximum":20},"else":{"maximum":5}}"#, "7", 1),
            (##"{"$ref":"#/$defs/n","$defs":{"n":{"type":"number"}}}"##, "\"x\"", 1),
            (#"{"format":"email"}"#, "\"nobody\"", 1),
            (#"{"format":"date"}"#, "\"2024-02-30\"", 1), (#"{"format":"ipv4"}"#, "\"1.2.3.4\"", 0), ("true", "1", 0),
            ("false", "1", 1),
            (#"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1}"#, 1), (#"{"minProperties":1}"#, "{}", 1),
            (#"{"propertyNames":{"maxLength":1}}"#, #"{"ab":1}"#, 1),
        ])
    func schemas(schema: String, document: String, problems: Int) throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file("schema.json", schema)
            let reply = try WorkspaceCall(workspace: workspace).run(
                JSONTool(root: workspace.path),
                ["operation": "validate", "text": .string(document), "schema": "schema.json"])
            #expect(reply.value?["problems"]?.arrayValue?.count == problems, "\(reply.text)")
        }
    }

    @Test(
        "schemas that go round in circles or out into the network are refused",
        arguments: [
            ##"{"$ref":"#"}"##, #"{"$ref":"http://example.org/s"}"#, ##"{"$ref":"#/$defs/none"}"##, #"{"pattern":"("}"#,
            "[1]",
            #"{"unevaluatedProperties":false}"#,
        ])
    func badSchemas(schema: String) throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file("schema.json", schema)
            let message = failure {
                _ = try WorkspaceCall(workspace: workspace).run(
                    JSONTool(root: workspace.path), ["operation": "validate", "text": "\"x\"", "schema": "schema.json"])
            }
            #expect(message?.hasPrefix("The schema") == true)
        }
    }
}
