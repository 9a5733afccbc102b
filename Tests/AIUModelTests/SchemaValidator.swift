import AIUJSON
import AIUSystem
import Glibc
import Testing

/// A JSON Schema validator of others.
enum SchemaValidator {
    /// What it says about each document.
    static func verdicts(_ documents: [String], schema: String) throws -> [Bool] {
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            kind = jsonschema.Draft202012Validator
            kind.check_schema(schema)
            print(json.dumps([kind(schema).is_valid(json.loads(d)) for d in json.load(open(sys.argv[2]))]))
            """
        let folder = "/tmp/schema-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder(folder)
        defer { #expect(throws: Never.self) { try Files.removeTree(folder) } }
        try Files.replace("\(folder)/in", with: JSONText.encode(documents))
        let output = try FileDescriptor.open("\(folder)/out", O_CREAT | O_RDWR, mode: 0o600)
        var request = SpawnRequest(
            "/usr/bin/python3", ["-c", script, schema, "\(folder)/in"], environment: ["LC_ALL=C.UTF-8"])
        request.descriptors = [-1, output.raw, 2]
        #expect(try Child.spawn(request).wait() == .exited(0))
        return try JSONText.decode([Bool].self, from: Files.read("\(folder)/out"))
    }
}
