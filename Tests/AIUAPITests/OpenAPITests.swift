import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

struct OpenAPITests {
    private static let committed = "docs/openapi.json"

    @Test("the served, the committed and the generated document are the same")
    func same() async throws {
        if unsafe getenv("AIU_WRITE_OPENAPI") != nil {
            try Files.replace(Self.committed, with: OpenAPI.text, mode: 0o644)
        }
        #expect(
            try Files.read(Self.committed) == OpenAPI.text,
            "run `AIU_WRITE_OPENAPI=1 swift test --disable-xctest --filter OpenAPITests` after changing a route")
        try await Fixture.with { (api: Fixture) async throws in
            #expect(try await api.ask("GET", "/v1/openapi.json").body == OpenAPI.text)
        }
    }

    @Test("the document is valid, and real answers are as it says")
    func valid() async throws {
        try await Fixture.with(vms: 2) { (api: Fixture) async throws in
            await api.control.emit(.started)
            await api.control.add(FakeControl.modelView("small"))
            let agent = ScriptedAgent(folder: api.folder) { request, talk in
                switch request {
                case .tools: try talk.say(.tools(ToolProgramTests.tools))
                case .tool: try talk.say(.toolAnswer(PromptProgramTests.call(.succeeded)))
                case .prompt, .conversations, .memory, .models:
                    try talk.say(PromptProgramTests.answer("42", calls: [PromptProgramTests.call(.failed)]))
                }
            }
            await api.control.set { try agent.play($0, $1) }
            var samples: [JSON] = []
            for (method, path, template) in [
                ("GET", "/v1/vms", "/v1/vms"), ("POST", "/v1/vms", "/v1/vms"),
                ("GET", "/v1/vms/vm-0000", "/v1/vms/{name}"),
                ("GET", "/v1/vms/nobody", "/v1/vms/{name}"), ("GET", "/v1/vms/X", "/v1/vms/{name}"),
                ("POST", "/v1/vms/vm-0000/start", "/v1/vms/{name}/start"),
                ("POST", "/v1/vms/vm-0001/stop", "/v1/vms/{name}/stop"),
                ("POST", "/v1/vms/vm-0001/restart", "/v1/vms/{name}/restart"),
                ("POST", "/v1/vms/vm-0000/ping", "/v1/vms/{name}/ping"), ("GET", "/v1/events", "/v1/events"),
                ("GET", "/v1/system", "/v1/system"), ("GET", "/v1/system/usage", "/v1/system/usage"),
                ("GET", "/v1/system/health", "/v1/system/health"), ("GET", "/v1/version", "/v1/version"),
                ("GET", "/v1/openapi.json", "/v1/openapi.json"),
                ("POST", "/v1/vms/vm-0000/exec", "/v1/vms/{name}/exec"),
                ("POST", "/v1/vms/vm-0000/pause", "/v1/vms/{name}/pause"),
                ("POST", "/v1/vms/vm-0000/resume", "/v1/vms/{name}/resume"),
                ("POST", "/v1/vms/vm-0001/clone", "/v1/vms/{name}/clone"),
                ("PATCH", "/v1/vms/vm-0001", "/v1/vms/{name}"), ("GET", "/v1/deleted", "/v1/deleted"),
                ("POST", "/v1/deleted/nobody/recover", "/v1/deleted/{reference}/recover"),
                ("POST", "/v1/prune", "/v1/prune"), ("PUT", "/v1/profiles/big", "/v1/profiles/{profile}"),
                ("GET", "/v1/profiles/big", "/v1/profiles/{profile}"), ("GET", "/v1/profiles", "/v1/profiles"),
                ("GET", "/v1/vms/vm-0000/configuration", "/v1/vms/{name}/configuration"),
                ("POST", "/v1/vms/vm-0000/configuration", "/v1/vms/{name}/configuration"),
                ("POST", "/v1/vms/vm-0000/prompts", "/v1/vms/{name}/prompts"),
                ("GET", "/v1/vms/vm-0000/tools", "/v1/vms/{name}/tools"),
                ("POST", "/v1/vms/vm-0000/tools/csv", "/v1/vms/{name}/tools/{tool}"),
                ("GET", "/v1/models", "/v1/models"), ("GET", "/v1/models/small", "/v1/models/{model}"),
                ("GET", "/v1/models/nobody", "/v1/models/{model}"),
                ("POST", "/v1/models/small/verify", "/v1/models/{model}/verify"),
                ("PUT", "/v1/models/small/roles/router", "/v1/models/{model}/roles/{role}"),
                ("DELETE", "/v1/models/small/roles/router", "/v1/models/{model}/roles/{role}"),
                ("GET", "/v1/models/small/estimate?memory=1&context=100", "/v1/models/{model}/estimate"),
                (
                    "GET", "/v1/vms/vm-0000/configuration/history", "/v1/vms/{name}/configuration/history"
                ),
            ] {
                let body =
                    switch template {
                    case "/v1/vms/{name}" where method == "PATCH": #"{"labels":{"a":"b"}}"#
                    case "/v1/vms/{name}/prompts": #"{"text":"6*7"}"#
                    case "/v1/prune": #"{"deleted":true,"dryRun":true}"#
                    case "/v1/profiles/{profile}" where method == "PUT": #"{"configuration":"{}"}"#
                    case "/v1/vms/{name}/configuration" where method == "POST": #"{"document":"{}"}"#
                    case _: String?.none
                    }
                let answer = try await api.ask(method, path, body: body)
                samples.append([
                    "method": .string(method.lowercased()), "path": .string(template),
                    "status": .integer(Int64(answer.status)), "body": answer.json ?? .null,
                ])
            }
            try Files.replace("\(api.folder)/openapi.json", with: OpenAPI.text)
            try Files.replace("\(api.folder)/samples.json", with: JSON.array(samples).bytes())
            try Files.replace("\(api.folder)/check.py", with: Array(Self.checker.utf8))
            let program = SpawnRequest(
                "/usr/bin/env", ["python3", "\(api.folder)/check.py", api.folder], environment: Self.environment)
            #expect(try Child.spawn(program).wait() == .exited(0), "see the checker's words above")
        }
    }

    private static var environment: [String] {
        ["PATH", "HOME"].compactMap { (name: String) -> String? in
            unsafe getenv(name).map { unsafe "\(name)=\(String(cString: $0))" }
        }
    }

    /// Validates with whatever the machine has: the whole document if there is a validator for it, the samples always.
    private static let checker = """
        import json, sys
        import jsonschema
        folder = sys.argv[1]
        document = json.load(open(folder + "/openapi.json"))
        try:
            import openapi_spec_validator
        except ImportError:
            openapi_spec_validator = None
        if openapi_spec_validator:
            check = getattr(openapi_spec_validator, "validate", None) or openapi_spec_validator.validate_spec
            check(document)
        for name, schema in document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
        for sample in json.load(open(folder + "/samples.json")):
            answers = document["paths"][sample["path"]][sample["method"]]["responses"]
            answer = answers.get(str(sample["status"])) or answers["default"]
            assert str(sample["status"]) in answers or sample["status"] >= 400, sample
            schema = dict(answer["content"]["application/json"]["schema"], components=document["components"])
            jsonschema.Draft202012Validator(schema).validate(sample["body"])
        """
}
