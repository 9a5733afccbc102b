import AIUClient
import AIUModel
import Testing

@Suite("The place of the state")
struct StatePlaceTests {
    private struct Case: Sendable {
        var option: String?
        var environment: [String: String] = [:]
        var userID: UInt32 = 1000
        var state: String
        var socket: String
        var explicit: String?
    }

    private static let cases = [
        Case(userID: 0, state: "/var/lib/aiu", socket: "/run/aiu/aiud.sock"),
        Case(
            environment: ["HOME": "/home/eve", "XDG_RUNTIME_DIR": "/run/user/1000"],
            state: "/home/eve/.local/state/aiu", socket: "/run/user/1000/aiu/aiud.sock"),
        Case(
            environment: ["HOME": "/home/eve"], state: "/home/eve/.local/state/aiu",
            socket: "/home/eve/.local/state/aiu/run/aiud.sock"),
        // An empty variable is none.
        Case(environment: ["AIU_STATE": ""], userID: 0, state: "/var/lib/aiu", socket: "/run/aiu/aiud.sock"),
        Case(
            environment: ["AIU_STATE": "/srv/aiu"], userID: 0, state: "/srv/aiu", socket: "/srv/aiu/run/aiud.sock",
            explicit: "/srv/aiu"),
        Case(
            option: "/a", environment: ["AIU_STATE": "/b"], state: "/a", socket: "/a/run/aiud.sock", explicit: "/a"),
        // Relative to where the person stands; what `..` means is the kernel's to say.
        Case(option: "./x//y/", state: "/work/x/y", socket: "/work/x/y/run/aiud.sock", explicit: "/work/x/y"),
        Case(option: "../x", state: "/work/../x", socket: "/work/../x/run/aiud.sock", explicit: "/work/../x"),
    ]

    @Test("follows option, environment and user", arguments: cases)
    private func resolves(_ row: Case) throws {
        let place = try StatePlace(
            option: row.option, environment: row.environment, userID: row.userID, workingDirectory: "/work")
        #expect(place.directories.state == row.state)
        #expect(place.directories.socket == row.socket)
        #expect(place.explicit == row.explicit)
    }

    private static let refusals: [(String?, [String: String])] = [
        (nil, [:]),
        ("", ["HOME": "/home/eve"]),
        ("/" + String(repeating: "x", count: 100), [:]),
    ]

    @Test("that cannot be is refused", arguments: refusals)
    func refuses(_ row: (String?, [String: String])) {
        #expect(throws: ClientError.self) {
            try StatePlace(option: row.0, environment: row.1, userID: 1000, workingDirectory: "/")
        }
    }
}
