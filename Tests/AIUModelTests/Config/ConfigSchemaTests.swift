import AIUJSON
import AIUModel
import AIUSystem
import Testing

@Suite("the published schema")
struct ConfigSchemaTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")
    private static let path = "\(root)/config/schemas/aiu_config.schema.json"

    @Test("schema and parser agree")
    func agreement() throws {
        let documents = ConfigDocuments.good + ConfigDocuments.bad + ConfigDocuments.beyondSchema
        let verdicts = try SchemaValidator.verdicts(documents, schema: Self.path)
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
}
