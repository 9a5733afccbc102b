import AIUJSON
import AIUModel
import AIUSystem
import Testing

@Suite("the published schema of policies")
struct PolicySchemaTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")
    private static let path = "\(root)/config/schemas/policy.schema.json"

    @Test("schema and reader agree")
    func agreement() throws {
        let presets = try ["sealed", "research", "enterprise"].map {
            String(decoding: try Files.read("\(Self.root)/config/policies/\($0).json"), as: UTF8.self)
        }
        // What is no JSON, or is ambiguous, a schema never gets to see.
        let beyond = PolicyDocuments.beyondSchema.map(\.0).dropFirst(2)
        let accepted = PolicyDocuments.good + presets + beyond
        let documents = accepted + PolicyDocuments.bad.map(\.0)
        let verdicts = try SchemaValidator.verdicts(documents, schema: Self.path)
        try #require(verdicts.count == documents.count)
        for (index, verdict) in verdicts.enumerated() {
            #expect(verdict == (index < accepted.count), "schema: \(documents[index].prefix(200))")
        }
    }

    @Test("the schema's names are the reader's")
    func names() throws {
        let schema = try JSON(parsing: Files.read(Self.path))
        let outer = schema["properties"]?.membersValue?.map(\.name) ?? []
        #expect(
            outer == ["$schema", "//", "format"] + PolicySections.fields + ["projects", "users", "vms"])
        let known: [String: [String]] = [
            "network": NetworkRules.fields, "tokens": TokenRules.fields, "resources": ResourceQuota.fields,
            "models": ModelRules.fields, "tools": ToolRules.fields, "audit": AuditRules.fields,
            "budget": TokenBudget.fields, "scope": PolicySections.fields,
        ]
        for (name, fields) in known {
            let written = schema["$defs"]?[name]?["properties"]?.membersValue?.map(\.name)
            #expect(written == ["//"] + fields, "\(name)")
        }
        #expect(
            schema["$defs"]?["tool"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
                == ToolName.allCases.map(\.rawValue))
        #expect(schema["properties"]?["format"]?["const"]?.integerValue == Int64(PolicyDocument.format))
    }
}
