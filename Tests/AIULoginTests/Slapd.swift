import AIUModel
import AIUSystem
import Glibc
import Testing

/// OpenLDAP's own server on loopback, with a few people, gone with the test.
final class Slapd {
    static let isThere = Files.exists("/usr/sbin/slapd") && Files.exists("/usr/sbin/slapadd")
    private static let base = "dc=example,dc=org"

    let folder: String
    let port: UInt16
    let securePort: UInt16
    private var server: Server?

    private final class Server {
        let child: Child
        init(_ child: consuming Child) { self.child = child }
        deinit {
            // It may have ended already.
            try? child.signal(SIGKILL)
            _ = try? child.wait()
        }
    }

    init() throws {
        folder = "/tmp/slapd-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        // Not one that connections get by themselves: those stay taken for a minute after their end.
        port = UInt16.random(in: 10_000..<32_000)
        securePort = port + 1
        try Files.makeFolder(folder)
        try Files.makeFolder("\(folder)/data")
        try Self.run(
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
            "\(folder)/key.pem", "-out", "\(folder)/ca.pem")
        try write("slapd.conf", Self.configuration(folder))
        try write("people.ldif", Self.people)
        try Self.run("/usr/sbin/slapadd", "-f", "\(folder)/slapd.conf", "-l", "\(folder)/people.ldif")
        try start()
    }

    deinit {
        server = nil
        try? Files.removeTree(folder)  // a folder in /tmp that stays harms nobody
    }

    func configuration(secure: Bool = true) -> LDAPConfiguration {
        var ldap = LDAPConfiguration(
            url: secure ? "ldaps://127.0.0.1:\(securePort)" : "ldap://127.0.0.1:\(port)",
            userDN: "uid={user},ou=people,\(Self.base)")
        ldap.startTLS = !secure
        ldap.authority = "\(folder)/ca.pem"
        ldap.groupBase = "ou=groups,\(Self.base)"
        ldap.timeoutMilliseconds = 3000
        ldap.cacheSeconds = 0
        return ldap
    }

    func start() throws {
        let words = [
            "-f", "\(folder)/slapd.conf", "-h", "ldap://127.0.0.1:\(port) ldaps://127.0.0.1:\(securePort)", "-d", "0",
        ]
        server = Server(try Child.spawn(SpawnRequest("/usr/sbin/slapd", words, environment: ["PATH=/usr/bin"])))
        for _ in 0..<200 where !isListening { usleep(20_000) }
        #expect(isListening)
    }

    func stop() { server = nil }

    func write(_ name: String, _ text: String) throws {
        try Files.replace("\(folder)/\(name)", with: Array(text.utf8))
    }

    private var isListening: Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = securePort.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(raw) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    static func run(_ program: String, _ words: String...) throws {
        let child = try Child.spawn(SpawnRequest(program, words, environment: ["PATH=/usr/bin"]))
        #expect(try child.wait() == .exited(0), "\(program) \(words)")
    }

    private static func configuration(_ folder: String) -> String {
        """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/nis.schema
        include /etc/ldap/schema/inetorgperson.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        pidfile \(folder)/pid
        TLSCACertificateFile \(folder)/ca.pem
        TLSCertificateFile \(folder)/ca.pem
        TLSCertificateKeyFile \(folder)/key.pem
        security simple_bind=128
        database mdb
        maxsize 10485760
        suffix "\(base)"
        rootdn "cn=root,\(base)"
        directory \(folder)/data
        access to attrs=userPassword by anonymous auth by * none
        access to dn.subtree="ou=groups,\(base)" by users read by * none
        access to * by * read
        """ + "\n"
    }

    private static let people = """
        dn: \(base)
        objectClass: dcObject
        objectClass: organization
        o: Example
        dc: example

        dn: ou=people,\(base)
        objectClass: organizationalUnit
        ou: people

        dn: ou=groups,\(base)
        objectClass: organizationalUnit
        ou: groups

        dn: uid=anna,ou=people,\(base)
        objectClass: inetOrgPerson
        cn: Anna
        sn: A
        uid: anna
        userPassword: correct horse

        dn: uid=bert,ou=people,\(base)
        objectClass: inetOrgPerson
        cn: Bert
        sn: B
        uid: bert
        userPassword: battery

        dn: uid=reader,ou=people,\(base)
        objectClass: inetOrgPerson
        cn: Reader
        sn: R
        uid: reader
        userPassword: staple

        dn: cn=scientists,ou=groups,\(base)
        objectClass: groupOfNames
        cn: scientists
        member: uid=anna,ou=people,\(base)

        dn: cn=staff,ou=groups,\(base)
        objectClass: posixGroup
        cn: staff
        gidNumber: 5000
        memberUid: anna
        memberUid: bert
        """ + "\n"
}
