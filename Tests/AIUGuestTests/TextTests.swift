import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

@Suite("What the guest reads as text")
struct TextTests {
    @Test(
        "kernel log records",
        arguments: [
            (
                "6,339,5140900,-;NET: Registered PF_VSOCK\n SUBSYSTEM=net\n", LogRecord.Level.info, 5140,
                "NET: Registered PF_VSOCK"
            ),
            ("3,1,999,-;bad", .error, 0, "bad"), ("4,1,1000,c;", .warning, 1, ""),
            ("7,1,1000,-,caller=T1;x;y", .debug, 1, "x;y"),
        ])
    func kernelLog(record: String, level: LogRecord.Level, uptime: Int64, text: String) throws {
        let line = try #require(KernelLogLine(Array(record.utf8)))
        #expect(line.level == level && line.uptime == uptime && line.text == text)
    }

    @Test(
        "what is no record of the kernel",
        arguments: ["", ";", "6;x", "a,b,c,-;x", "14,1,1000,-;from a program", "-1,1,1,-;x"])
    func noKernelLog(record: String) { #expect(KernelLogLine(Array(record.utf8)) == nil) }

    @Test("users by name and number; broken lines are passed over")
    func users() throws {
        let database = UserDatabase(
            text: """
                root:x:0:0:root:/root:/bin/bash
                broken
                :x:5:5::/:
                bad:x:-1:5::/:/bin/sh
                aiu:x:1000:1000:AIU:/home/aiu:/bin/bash
                bare:x:7:8:::
                """)
        #expect(database.accounts.map(\.name) == ["root", "aiu", "bare"])
        #expect(try database.account("aiu").user == 1000)
        #expect(try database.account("1000").name == "aiu")
        #expect(try database.account("bare").home == "/")
        #expect(throws: OperationFailure.self) { try database.account("x") }
    }

    @Test("users are read again when their file has changed, also right after it was written")
    func changedUsers() throws {
        let path = "/tmp/aiu-users-\(getpid())"
        defer { _ = unsafe unlink(path) }
        let users = UserDatabaseCache()
        for name in ["one", "two", "six"] {
            try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
                .writeAll(Array("\(name):x:1:1::/:/bin/sh\n".utf8))
            #expect(try users.read(path).accounts.map(\.name) == [name])
            #expect(try users.read(path).accounts.map(\.name) == [name])
        }
        // A file that has been as it is for long is remembered, and is not mistaken for another one.
        let old = try users.read("/etc/passwd").accounts
        #expect(try users.read("/etc/passwd").accounts == old)
        #expect(try users.read(path).accounts.map(\.name) == ["six"])
        _ = unsafe unlink(path)
        #expect(throws: OperationFailure.self) { try users.read(path) }
    }

    @Test("the configuration's digest does not depend on its padding")
    func configuration() throws {
        var digests: Set<String> = []
        for padding in [0, 1, 32_000] {
            let configuration = GuestConfiguration(
                Array(#"{"timezone":"Europe/Berlin","tools":[]}"#.utf8) + [UInt8](repeating: 32, count: padding))
            #expect(configuration.timezone == "Europe/Berlin" && configuration.problem == nil)
            digests.insert(configuration.digest)
        }
        #expect(digests == ["05b9bef4638ee3945e5999998b6d61a3e5bfc6684cbe6c580ea1cc8f4e62d2a4"])
    }

    @Test(
        "an unusable configuration is reported, never fatal",
        arguments: [
            ("", "line 1"), ("{", "line 1"), (#"{"timezone":5}"#, "timezone"), ("[]", "object"),
        ])
    func badConfiguration(text: String, words: String) {
        let configuration = GuestConfiguration(Array(text.utf8))
        #expect(configuration.problem?.contains(words) == true, "\(configuration.problem ?? "-")")
        #expect(configuration.digest.utf8.count == 64)
    }

    @Test("a new device marks a new life, a new connection does not")
    func identity() {
        var identity = BootIdentity(boot: "b")
        #expect(identity.current(contextID: 5) == "b")
        #expect(identity.current(contextID: 5) == "b")
        #expect(identity.current(contextID: 6) == "b.1.6")
        identity.deviceIsAway()
        #expect(identity.current(contextID: 6) == "b.2.6")
        #expect(identity.current(contextID: 6) == "b.2.6")
    }
}
