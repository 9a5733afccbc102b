import AIUModel
import AIUSystem
import Glibc
import Testing

struct DaemonConfigurationTests {
    @Test("an empty object is the default")
    func empty() throws {
        #expect(try DaemonConfiguration(parsing: Array("{}".utf8)) == DaemonConfiguration())
    }

    @Test("the shipped file says what the defaults are")
    func shipped() throws {
        let path = #filePath.replacing("Tests/AIUModelTests/DaemonConfigurationTests.swift", with: "config/aiud.json")
        #expect(try DaemonConfiguration(parsing: try Files.read(path)) == DaemonConfiguration())
    }

    @Test("every field is read")
    func whole() throws {
        let text = """
            {"hypervisor":"system","accelerator":"tcg","log_level":"debug","heartbeat_ms":500,"keep_deleted_hours":1,
            "agent_silence_seconds":2,"keep_audit_days":30,"roles":{"viewer":["@staff"]},"libvirt_socket":"/run/other/libvirt-sock"}
            """
        let read = try DaemonConfiguration(parsing: Array(text.utf8))
        #expect(read.hypervisor == .system)
        #expect(read.libvirtSocket == "/run/other/libvirt-sock")
        #expect(read.accelerator == .tcg)
        #expect(read.logLevel == .debug)
        #expect(read.heartbeatMilliseconds == 500)
        #expect(read.keepDeletedHours == 1)
        #expect(read.agentSilence == .seconds(2))
        #expect(read.keepAuditDays == 30 && read.roles == RoleAssignments([.viewer: ["@staff"]]))
    }

    @Test("a guest that reports seldom is not silent between two reports")
    func seldom() throws {
        let text = #"{"heartbeat_ms":60000,"agent_silence_seconds":1}"#
        #expect(try DaemonConfiguration(parsing: Array(text.utf8)).agentSilence == .seconds(180))
    }

    @Test(
        "what is wrong is named with its place",
        arguments: [
            ("[]", "line 1, column 1: the document must be an object in braces"),
            ("{\n  \"log_levle\": \"info\"\n}", "did you mean `log_level`?"),  // a typing error
            ("{\"hypervisor\": \"xen\"}", "`hypervisor` must be one of embedded, system"),
            ("{\"libvirt_socket\": \"run/sock\"}", "must be an absolute path"),  // would depend on where aiud starts
            ("{\"heartbeat_ms\": 5}", "must be a whole number from 100 to 60000"),  // would flood the host
            ("{\"keep_deleted_hours\": -1}", "must be a whole number from 0 to 8760"),  // before its deletion
            ("{\"agent_silence_seconds\": 0}", "must be a whole number from 1 to 3600"),  // lost at once
            ("{\"roles\": []}", "`roles` must be an object"),
            ("{\"roles\": {\"viewr\": []}}", "did you mean `viewer`?"),  // a typing error
            ("{\"roles\": {\"admin\": \"anna\"}}", "must be a list"),  // one name without brackets
            ("{\"roles\": {\"admin\": [\"a:b\"]}}", "a user's name or number"),  // no name can have that
            ("{\"heartbeat_ms\": \"2000\"}", "must be a whole number"),  // text for a number
            ("{", "line 1"),  // cut off
        ])
    func wrong(text: String, expected: String) {
        do {
            _ = try DaemonConfiguration(parsing: Array(text.utf8))
            Issue.record("it was accepted")
        } catch {
            #expect(error.message.contains(expected), "\(error.message)")
        }
    }
}
