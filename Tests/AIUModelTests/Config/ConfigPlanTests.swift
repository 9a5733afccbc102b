import AIUJSON
import AIUModel
import AIUSystem
import Testing

@Suite("what a change of configuration does when")
struct ConfigPlanTests {
    private func plan(_ changes: String, over base: String = "{}", isRunning: Bool = true) throws -> ConfigPlan {
        let former = try AIUConfig.parse(Array(base.utf8))
        return ConfigPlan(from: former, to: try former.merging(Array(changes.utf8)), isRunning: isRunning)
    }

    static let rows: [(String, [String], FieldChange.Effect)] = [
        (#"{"token_limits":{"max_per_query":5000}}"#, ["token_limits.max_per_query"], .live),
        (
            #"{"token_limits":{"per_tool":{"csv":5,"shell":6}}}"#,
            ["token_limits.per_tool.csv", "token_limits.per_tool.shell"], .live
        ),
        (#"{"tools":["csv"]}"#, ["tools"], .live),
        (#"{"performance_mode":"speed","location":"x"}"#, ["location", "performance_mode"], .live),
        (#"{"timezone":"Europe/Berlin"}"#, ["timezone"], .live),
        (#"{"language_preferences":[]}"#, ["language_preferences"], .live),
        (#"{"custom_parameters":{"a":{"b":1}}}"#, ["custom_parameters.a"], .live),
        (#"{"custom_parameters":{"models":{"creative":"w"}}}"#, ["custom_parameters.models"], .needsRestart),
        (#"{"internet":true,"network_policy":"open"}"#, ["internet", "network_policy"], .live),
        (
            #"{"network_options":{"allow_local":true,"proxy_settings":{"url":"http://p:80"}}}"#,
            ["network_options.allow_local", "network_options.proxy_settings"], .live
        ),
        (#"{"resources":{"ram":"1GB","cpu_cores":2}}"#, ["resources.ram", "resources.cpu_cores"], .needsRestart),
        (#"{"resources":{"storage":"8GB"}}"#, ["resources.storage"], .needsRestart),
        (#"{"resources":{"gpu_access":true}}"#, ["resources.gpu_access"], .needsRestart),
        (#"{"resources":{"storage":"1GB"}}"#, ["resources.storage"], .refused),
        (#"{"resources":{"encryption":true}}"#, ["resources.encryption"], .refused),
        (#"{"resources":{"encryption":false}}"#, [], .live),
        ("{}", [], .live),
        (#"{"resources":{"ram":"256MB"},"tools":\#(Self.allTools)}"#, [], .live),
    ]

    private static let allTools = JSON.array(ToolName.allCases.map { .string($0.rawValue) }).text()

    @Test("each field has its time", arguments: rows)
    func effects(changes: String, fields: [String], effect: FieldChange.Effect) throws {
        let running = try plan(changes)
        #expect(running.changes.map(\.field) == fields)
        #expect(running.changes.allSatisfy { $0.effect == effect })
        let stopped = try plan(changes, isRunning: false)
        #expect(stopped.changes.map(\.field) == fields)
        #expect(stopped.changes.allSatisfy { $0.effect == (effect == .refused ? .refused : .atNextStart) })
        #expect(
            running.refused.allSatisfy {
                $0.reason?.contains($0.field == "resources.storage" ? "never shrinks" : "from the beginning") == true
            })
    }

    @Test("models are told apart by role, and from what else is free")
    func models() throws {
        let base = #"{"custom_parameters":{"models":{"creative":"a"},"b":1}}"#
        let changes = try plan(
            #"{"custom_parameters":{"models":{"creative":"c","router":"d"},"b":2}}"#, over: base
        ).changes
        #expect(
            changes.map(\.field) == [
                "custom_parameters.models.creative", "custom_parameters.models.router", "custom_parameters.b",
            ])
        #expect(changes.map(\.effect) == [.needsRestart, .needsRestart, .live])
    }

    @Test("before and after are JSON, absent where the field is")
    func values() throws {
        let base = #"{"custom_parameters":{"a":1,"b":"x"},"location":"here"}"#
        let changes = try plan(#"{"custom_parameters":{"a":null,"c":[2]},"location":"there"}"#, over: base).changes
        #expect(
            changes.map { [$0.field, $0.before ?? "-", $0.after ?? "-"] } == [
                ["location", "\"here\"", "\"there\""], ["custom_parameters.a", "1", "-"],
                ["custom_parameters.c", "-", "[2]"],
            ])
    }

    @Test("every field that can be written has one rule, and every rule a field")
    func complete() {
        var fields: [String] = []
        for member in AIUConfig.default.json.membersValue ?? [] {
            let inner = member.name == "custom_parameters" ? nil : member.value.membersValue
            fields += inner?.map { "\(member.name).\($0.name)" } ?? [member.name]
        }
        // One member of the free object has a time of its own.
        #expect(ConfigFieldRule.all.map(\.field).filter { $0 != "custom_parameters.models" } == fields)
    }

    @Test("the user guide shows the table")
    func documented() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let guide = String(decoding: try Files.read("\(root)/docs/user-guide.md"), as: UTF8.self)
        #expect(
            guide.contains(ConfigFieldRule.markdown), "put this into docs/user-guide.md:\n\(ConfigFieldRule.markdown)")
    }

    @Test("growth that has not happened yet may be taken back")
    func undoneGrowth() {
        var waiting = AIUConfig.default
        waiting.resources.storage = .gibibytes(9)
        let plan = ConfigPlan(
            from: waiting, to: .default, isRunning: true, startedWith: VMResources(AIUConfig.default.resources))
        #expect(plan.changes.map(\.effect) == [.live])
    }

    @Test("what waits is what the VM was not started with")
    func waiting() {
        var config = AIUConfig.default
        let started = VMResources(config.resources)
        #expect(ConfigPlan.waiting(config, startedWith: started) == [])
        config.resources.ram = .gibibytes(1)
        config.resources.storage = .gibibytes(9)
        #expect(ConfigPlan.waiting(config, startedWith: started) == ["resources.ram", "resources.storage"])
    }

    @Test("a part of a document changes what it names and keeps the rest")
    func merging() throws {
        let base = try AIUConfig.parse(
            Array(
                #"{"token_limits":{"per_tool":{"csv":1,"pdf":2}},"custom_parameters":{"a":{"x":1,"y":2},"b":3}}"#.utf8))
        let next = try base.merging(
            Array(
                #"{"token_limits":{"per_tool":{"csv":null,"json":4}},"custom_parameters":{"a":{"x":null,"z":9},"b":{"c":1}}}"#
                    .utf8))
        #expect(next.tokenLimits.perTool == [.pdf: 2, .json: 4])
        #expect(next.json["custom_parameters"]?.text() == #"{"a":{"y":2,"z":9},"b":{"c":1}}"#)
        #expect(next.tokenLimits.maxPerQuery == base.tokenLimits.maxPerQuery)
        #expect(try next.merging(Array("{}".utf8)) == next)
        #expect(throws: ConfigError.self) { try base.merging(Array(#"{"token_limits":{"max_per_query":null}}"#.utf8)) }
        #expect(throws: ConfigError.self) { try base.merging(Array(#"{"resorces":{}}"#.utf8)) }
    }
}
