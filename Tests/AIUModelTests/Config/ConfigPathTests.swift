import AIUJSON
import AIUModel
import Testing

@Suite("fields by their way")
struct ConfigPathTests {
    @Test(
        "a way leads to a value",
        arguments: [
            ("token_limits.max_per_query", "4096"), ("resources.ram", "\"256MB\""), ("timezone", "\"UTC\""),
            ("custom_parameters", "{}"), ("network_options.proxy_settings", "null"),
        ])
    func value(path: String, text: String) throws {
        #expect(try ConfigPath(parsing: path).value(in: AIUConfig.default.json)?.text() == text)
    }

    @Test(
        "where nothing stands there is no value",
        arguments: ["token_limits.per_tool.csv", "custom_parameters.a.b", "network_options.proxy_settings.url"])
    func absent(path: String) throws { #expect(try ConfigPath(parsing: path).value(in: AIUConfig.default.json) == nil) }

    @Test(
        "a wrong way is refused with the nearest right one",
        arguments: [
            ("token_limits.max_per_qery", "did you mean `token_limits.max_per_query`?"),
            ("max_per_query", "did you mean `token_limits.max_per_query`?"), ("ram", "did you mean `resources.ram`?"),
            ("limits.rollover", "did you mean `token_limits.rollover`?"),
            ("token_limits.per_tool.calcualtor", "did you mean `token_limits.per_tool.calculator`?"),
            ("timezone.x", "there is no field \"timezone.x\""), ("qqqqqq", "there is no field \"qqqqqq\""),
            ("", "is no way to a field"), ("a..b", "is no way"), (".", "is no way"),
            (String(repeating: "a", count: 300), "is no way"),
        ])
    func wrong(path: String, words: String) {
        let error = #expect(throws: Failure.self) { try ConfigPath(parsing: path) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "-")")
    }

    @Test(
        "an assignment is a part of a document; what is no JSON is a text",
        arguments: [
            (["token_limits.max_per_query=2048"], #"{"token_limits":{"max_per_query":2048}}"#),
            (["performance_mode=speed"], #"{"performance_mode":"speed"}"#),
            (["location="], #"{"location":""}"#), (["location=a=b"], #"{"location":"a=b"}"#),
            (["location=\"5\""], #"{"location":"5"}"#), (["tools=[\"csv\"]"], #"{"tools":["csv"]}"#),
            (["custom_parameters.a.b=null"], #"{"custom_parameters":{"a":{"b":null}}}"#),
            (
                ["resources.ram=1GB", "resources.cpu_cores=2", "resources.ram=2GB"],
                #"{"resources":{"ram":"2GB","cpu_cores":2}}"#
            ),
            ([], "{}"),
        ])
    func assignments(texts: [String], part: String) throws {
        #expect(ConfigAssignment.changes(try texts.map { try ConfigAssignment(parsing: $0) }) == part)
    }

    @Test("an assignment changes the configuration")
    func applied() throws {
        let assignments = [
            try ConfigAssignment(parsing: "timezone=Europe/Berlin"),
            try ConfigAssignment(parsing: "custom_parameters.depth=3"),
        ]
        let config = try AIUConfig.default.merging(Array(ConfigAssignment.changes(assignments).utf8))
        #expect(config.timezone == "Europe/Berlin")
        #expect(config.json["custom_parameters"]?["depth"] == 3)
    }

    @Test("what sets nothing is refused", arguments: ["timezone", "", "=5", "nothing=5"])
    func nothing(text: String) { #expect(throws: Failure.self) { try ConfigAssignment(parsing: text) } }
}
