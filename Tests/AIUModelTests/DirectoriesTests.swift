import AIUModel
import Testing

struct DirectoriesTests {
    @Test(
        "the state directory is the option's, the environment's, the system's or the user's",
        arguments: [
            ("/s", ["AIU_STATE": "/e"], 0, "/s", "/s/run"),
            (nil, ["AIU_STATE": "/e"], 1000, "/e", "/e/run"),
            (nil, [:], 0, "/var/lib/aiu", "/run/aiu"),
            (nil, ["HOME": "/home/u"], 1000, "/home/u/.local/state/aiu", "/home/u/.local/state/aiu/run"),
            (
                nil, ["HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/1000"], 1000, "/home/u/.local/state/aiu",
                "/run/user/1000/aiu"
            ),
        ] as [(String?, [String: String], UInt32, String, String)])
    func resolved(option: String?, environment: [String: String], user: UInt32, state: String, run: String) throws {
        let directories = try Directories.resolve(option: option, environment: { environment[$0] }, userID: user)
        #expect(directories == Directories(state: state, run: run))
    }

    @Test(
        "a directory that cannot work is refused",
        arguments: [
            "relative/path",  // would mean another place for the supervisor than for the command line
            "/" + String(repeating: "x", count: 80),  // its sockets would not fit an address
        ])
    func refused(option: String) {
        #expect(throws: Failure.self) {
            try Directories.resolve(option: option, environment: { _ in nil }, userID: 0)
        }
    }
}
