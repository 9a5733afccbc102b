import AIUClient
import AIUSystem
import Glibc
import Testing

@Suite("Starting the supervisor", .serialized)
struct SupervisorStarterTests {
    // One after another: a program that was just written cannot run while a child of a neighbour still holds it open.
    /// Runs a stand-in for aiud, written as a script, until a request succeeds or fails.
    private func start(_ script: String, _ check: (Client, String) throws -> Void) throws {
        try withScratchFolder { folder in
            try Files.replace("\(folder)/aiud", with: Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
            let place = try StatePlace(
                option: "\(folder)/state", environment: [:], userID: 1, workingDirectory: "/")
            let client = Client(
                place: place, patience: Patience(limit: .seconds(5)),
                starter: SupervisorStarter(program: "\(folder)/aiud"))
            try check(client, folder)
        }
    }

    @Test("that ends at once shows its last words")
    func ends() throws {
        try start("echo an old line >&2; echo 'no image is installed' >&2; exit 3") { client, _ in
            let expected = ClientError.startFailed(
                reason: "aiud ended with status 3 before it was ready", log: ["an old line", "no image is installed"])
            #expect(throws: expected) { try client.bytes(Calls.list) }
            // The words of the first try are not those of the second.
            #expect(throws: expected) { try client.bytes(Calls.list) }
        }
    }

    @Test("that is not there says where it was looked for")
    func missing() throws {
        try withScratchFolder { folder in
            let place = try StatePlace(option: folder, environment: [:], userID: 1, workingDirectory: "/")
            let client = Client(place: place, starter: SupervisorStarter(program: "\(folder)/none"))
            #expect(throws: ClientError.self) { try client.bytes(Calls.list) }
        }
    }

    /// Listens, says that it is ready, answers two requests, ends.
    private static let server = #"""
        echo "$*" >>"$(dirname "$0")/starts"
        exec perl -MSocket -e '
            socket(L, PF_UNIX, SOCK_STREAM, 0); bind(L, sockaddr_un("$ARGV[1]/run/aiud.sock")); listen(L, 5);
            socket(N, PF_UNIX, SOCK_DGRAM, 0); send(N, "READY=1\nMAINPID=1\n", 0, sockaddr_un($ENV{NOTIFY_SOCKET}));
            alarm 10;
            while (accept(C, L)) {
                sysread(C, $_, 65536) or next;
                syswrite(C, "HTTP/1.1 200 OK\r\nAIU-API-Version: 1\r\nContent-Length: 2\r\n\r\n[]");
                close(C);
                last if ++$n == 2;
            }' -- "$@"
        """#

    @Test("happens once, and the request goes on")
    func ready() throws {
        try start(Self.server) { client, folder in
            #expect(try client.bytes(Calls.list) == Array("[]".utf8))
            #expect(try client.bytes(Calls.list) == Array("[]".utf8))
            let starts = String(decoding: try Files.read("\(folder)/starts"), as: UTF8.self)
            #expect(starts == "--state \(folder)/state\n")
            #expect(try Files.names(in: "\(folder)/state/run").filter { $0.hasPrefix("notify") }.isEmpty)
        }
    }

    @Test("happens once for commands at the same moment")
    func together() throws {
        try start(Self.server) { client, folder in
            let place = client.place
            let starter = SupervisorStarter(program: "\(folder)/aiud")
            let commands = (0..<2).map { _ in
                Thread {
                    let client = Client(place: place, patience: Patience(limit: .seconds(5)), starter: starter)
                    return Result { () throws(ClientError) in try client.bytes(Calls.list) }
                }
            }
            for command in commands {
                let answer = try command.join()?.get()
                #expect(answer == Array("[]".utf8))
            }
            let starts = String(decoding: try Files.read("\(folder)/starts"), as: UTF8.self)
            #expect(starts == "--state \(folder)/state\n")
        }
    }

    @Test("passes on only what it may need")
    func environment() {
        let all = ["PATH": "/bin", "SECRET_TOKEN": "x", "LC_ALL": "C", "AIU_STATE": "/s", "LD_PRELOAD": "evil.so"]
        #expect(SupervisorStarter.environment(all) == ["AIU_STATE=/s", "LC_ALL=C", "PATH=/bin"])
    }
}
