import AIUInference
import AIUInferenceLink
import AIUSystem
import AIUWire
import Glibc
import Testing

/// How many processors a model takes: by the configuration and the processors of the moment.
struct PerformanceModeTests {
    @Test(
        arguments: [
            (PerformanceMode.speed, 1, 1), (.speed, 2, 2), (.speed, 4, 4), (.speed, 64, 16), (.balanced, 1, 1),
            (.balanced, 2, 2), (.balanced, 3, 2), (.balanced, 8, 7), (.efficiency, 1, 1), (.efficiency, 8, 1),
            (.speed, 0, 1),
        ])
    func `a large model takes what the mode says`(_ mode: PerformanceMode, _ processors: Int, _ threads: Int) {
        #expect(mode.threads(on: processors, parameters: 1_000_000_000) == threads)
        // Several threads of a small one would only wait for each other.
        #expect(mode.threads(on: processors, parameters: 22_000_000) == 1)
    }

    @Test func `a change of the configuration counts from the next request on`() throws {
        let path = "/tmp/aiu-mode-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).json"
        defer { unsafe unlink(path) }
        let cases: [(String, PerformanceMode)] = [
            (#"{"performance_mode": "speed", "tools": []}"# + String(repeating: " ", count: 1000), .speed),
            (#"{"performance_mode": "efficiency"}"#, .efficiency), ("{}", .balanced), ("", .balanced), ("{", .balanced),
            (#"{"performance_mode": "warp"}"#, .balanced), (#"{"performance_mode": 5}"#, .balanced),
        ]
        for (text, mode) in cases {
            try Files.replace(path, with: Array(text.utf8))
            #expect(PerformanceMode.read(path) == mode, "\(text)")
        }
        unsafe unlink(path)
        #expect(PerformanceMode.read(path) == .balanced)
    }

    @Test func `models say how many threads they would take`() throws {
        let models = try Fixture.client(Fixture.server()).models()
        #expect(models.allSatisfy { $0.threads == 1 })
    }
}
