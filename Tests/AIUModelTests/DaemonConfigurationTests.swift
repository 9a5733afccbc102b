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

    @Test("TCP has an address, a port, a certificate and its key, and whom clients' certificates stand for")
    func listening() throws {
        let text = """
            {"roles":{"viewer":["anna"]},"listen":{"address":"::","port":8443,"certificate":"/c.pem","key":"/k.pem",
            "client_ca":"/ca.pem","require_client_certificate":true,"client_users":{"CN=anna,O=Staff":"anna"}}}
            """
        let read = try DaemonConfiguration(parsing: Array(text.utf8))
        #expect(
            read.listen
                == ListenConfiguration(
                    address: "::", port: 8443, certificate: "/c.pem", key: "/k.pem", clientAuthority: "/ca.pem",
                    requiresClientCertificate: true, clientUsers: ["CN=anna,O=Staff": "anna"]))
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
            // Everybody who gets in would be an administrator.
            (#"{"listen":{"address":"::1","port":1,"certificate":"/c","key":"/k"}}"#, "`listen` needs `roles`"),
            (#"{"roles":{},"listen":{"address":"::1","port":1,"certificate":"/c"}}"#, "`key` is missing"),
            (#"{"roles":{},"listen":{"address":"::1","port":0,"certificate":"/c","key":"/k"}}"#, "from 1 to 65535"),
            (#"{"roles":{},"listen":{"address":"::1","port":1,"certificate":"c","key":"/k"}}"#, "an absolute path"),
            (
                #"{"roles":{},"listen":{"address":"::1","port":1,"certificate":"/c","key":"/k","client_users":{"CN=a":"a"}}}"#,
                "`client_ca` is missing"  // whose certificates would be believed?
            ),
            (#"{"login":{"pam":{}}}"#, "`login` needs `listen`"),  // at the socket the kernel says who comes
            (#"{"login":{}}"#, "either `ldap` or `pam`"),
            // A password in the clear.
            (#"{"login":{"ldap":{"url":"ldap://x","user_dn":"uid={user}"}}}"#, "`url` must begin with ldaps://"),
            // Everybody would be anna.
            (#"{"login":{"ldap":{"url":"ldaps://x","user_dn":"uid=anna"}}}"#, "must contain {user}"),
            (#"{"login":{"ldap":{"url":"ldaps://x","user_dn":"{user}","bind_dn":"cn=x"}}}"#, "`bind_password_file`"),
            (#"{"login":{"pam":{"service":"../passwd"}}}"#, "the name of a file"),
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
