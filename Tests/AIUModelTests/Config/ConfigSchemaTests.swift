import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("the published schema")
struct ConfigSchemaTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")
    private static let path = "\(root)/config/schemas/aiu_config.schema.json"

    @Test("schema and parser agree")
    func agreement() throws {
        let documents = ConfigDocuments.good + ConfigDocuments.bad + ConfigDocuments.beyondSchema
        let verdicts = try Self.schemaVerdicts(documents)
        try #require(verdicts.count == documents.count)
        for (document, schemaAccepts) in zip(documents, verdicts) {
            let parserAccepts: Bool
            do throws(ConfigError) {
                _ = try AIUConfig.parse(Array(document.utf8))
                parserAccepts = true
            } catch {
                parserAccepts = false
            }
            let shown = document.prefix(200)
            #expect(parserAccepts == ConfigDocuments.good.contains(document), "parser: \(shown)")
            #expect(schemaAccepts == !ConfigDocuments.bad.contains(document), "schema: \(shown)")
        }
    }

    @Test("the schema's names are the parser's")
    func names() throws {
        let schema = try JSON(parsing: Files.read(Self.path))
        #expect(
            schema["$defs"]?["tool"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
                == ToolName.allCases.map(\.rawValue))
        let documented = schema["properties"]?.membersValue?.map(\.name)
        #expect(documented == AIUConfig.default.json.membersValue?.map(\.name))
        for group in ["network_options", "resources", "token_limits"] {
            let names = schema["properties"]?[group]?["properties"]?.membersValue?.map(\.name)
            #expect(names == AIUConfig.default.json[group]?.membersValue?.map(\.name))
        }
    }

    @Test("the schema's defaults are the parser's")
    func defaults() throws {
        let properties = try #require(JSON(parsing: Files.read(Self.path))["properties"])
        func check(_ properties: JSON, _ config: JSON) {
            for member in properties.membersValue ?? [] {
                if let value = member.value["default"] { #expect(config[member.name] == value, "\(member.name)") }
                if let nested = member.value["properties"], let config = config[member.name] { check(nested, config) }
            }
        }
        check(properties, AIUConfig.default.json)
    }

    @Test("presets in files and in code agree", arguments: Preset.allCases)
    func presets(preset: Preset) throws {
        let file = try Files.read("\(Self.root)/config/presets/\(preset.rawValue).json")
        #expect(try AIUConfig.parse(file) == preset.config)
        #expect(try preset.config.validated() == preset.config)
    }

    /// What a JSON Schema validator of others says about each document.
    private static func schemaVerdicts(_ documents: [String]) throws -> [Bool] {
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            kind = jsonschema.Draft202012Validator
            kind.check_schema(schema)
            print(json.dumps([kind(schema).is_valid(json.loads(d)) for d in json.load(open(sys.argv[2]))]))
            """
        let folder = "/tmp/json-schema-test-\(getpid())"
        try Files.makeFolder(folder)
        defer { #expect(throws: Never.self) { try Files.removeTree(folder) } }
        try Files.replace("\(folder)/in", with: JSONText.encode(documents))
        let output = try FileDescriptor.open("\(folder)/out", O_CREAT | O_RDWR, mode: 0o600)
        var request = SpawnRequest(
            "/usr/bin/python3", ["-c", script, path, "\(folder)/in"], environment: ["LC_ALL=C.UTF-8"])
        request.descriptors = [-1, output.raw, 2]
        #expect(try Child.spawn(request).wait() == .exited(0))
        return try JSONText.decode([Bool].self, from: Files.read("\(folder)/out"))
    }
}
