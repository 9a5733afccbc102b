import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

/// A door whose program is a script of the test's.
private final class NetworkRig {
    let rig: Rig
    let folder: String
    let door: NetworkDoor

    init(_ script: String = "exec sleep 60") throws {
        let folder = "/tmp/aiu-guest-network-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        self.folder = folder
        try Files.makeFolder("\(folder)/etc")
        try Files.replace("\(folder)/door", with: Array("#!/bin/sh\necho >>\(folder)/starts\n\(script)\n".utf8))
        #expect(unsafe chmod("\(folder)/door", 0o755) == 0)
        try Files.replace("\(folder)/bundle", with: Array("others\n".utf8))
        rig = try Rig { settings in
            settings.door = "\(folder)/door"
            settings.doorUser = nil
            settings.proxyPort = UInt16.random(in: 20_000...29_000)
            settings.namePort = UInt16.random(in: 10_000...19_000)
            settings.resolverFile = "\(folder)/etc/resolv.conf"
        }
        door = NetworkDoor(
            context: rig.context,
            authority: AuthorityFiles(
                folder: "\(folder)/run", imageBundle: "\(folder)/bundle", defaultFile: "\(folder)/etc/cert.pem"))
    }

    deinit {
        door.follow(reachesOut: false)
        // What is left in /tmp after a failed removal harms nothing.
        try? Files.removeTree(folder)
    }

    var starts: Int { ((try? Files.read("\(folder)/starts")) ?? []).count }
    var resolver: String { text("etc/resolv.conf") }
    func text(_ name: String) -> String {
        String(decoding: (try? Files.read("\(folder)/\(name)")) ?? [], as: UTF8.self)
    }
}

@Suite("The door to the network")
struct NetworkDoorTests {
    @Test("open it tells programs the way, closed it leaves nothing behind")
    func openAndClose() throws {
        let rig = try NetworkRig()
        let port = rig.rig.context.settings.proxyPort
        #expect(try rig.rig.shell("env | grep -ci proxy").text == "0\n")
        rig.door.follow(reachesOut: true)
        rig.door.follow(reachesOut: true)
        try rig.rig.wait { rig.starts == 1 }
        #expect(
            try rig.rig.shell("echo $http_proxy $HTTPS_PROXY").text
                == "http://127.0.0.1:\(port) http://127.0.0.1:\(port)\n")
        #expect(try rig.rig.shell("echo $all_proxy $no_proxy").text.hasPrefix("socks5h://127.0.0.1:\(port) localhost,"))
        #expect(rig.resolver.hasPrefix("nameserver 127.0.0.1\n"))
        #expect(try rig.rig.shell("bash -c '</dev/tcp/127.0.0.1/\(port)' && echo there").text == "there\n")
        rig.door.follow(reachesOut: false)
        #expect(rig.resolver.isEmpty)
        #expect(try rig.rig.shell("env | grep -ci proxy").text == "0\n")
        try rig.rig.wait {
            try rig.rig.shell("bash -c '</dev/tcp/127.0.0.1/\(port)' 2>/dev/null || echo gone").text == "gone\n"
        }
        #expect(rig.starts == 1)
    }

    @Test("a program that dies is started again, and not without end")
    func restart() throws {
        let rig = try NetworkRig("exit 1")
        rig.door.follow(reachesOut: true)
        try rig.rig.wait { rig.starts >= 3 }
        rig.door.follow(reachesOut: false)
        let count = rig.starts
        for _ in 0..<50 { try rig.rig.turn() }
        #expect(rig.starts <= count + 1)
    }

    @Test("another's list of name servers is left alone while the door is closed")
    func resolver() throws {
        let rig = try NetworkRig()
        try Files.replace("\(rig.folder)/etc/resolv.conf", with: Array("nameserver 192.0.2.1\n".utf8))
        rig.door.follow(reachesOut: false)
        #expect(rig.resolver == "nameserver 192.0.2.1\n")
    }

    @Test("the host's certificate reaches programs beside the image's own, and goes again")
    func authority() throws {
        let rig = try NetworkRig()
        rig.door.trust(Array("ours\n".utf8))
        #expect(try rig.rig.shell("echo $SSL_CERT_FILE").text == "\n")
        rig.door.follow(reachesOut: true)
        #expect(try rig.rig.shell("cat $SSL_CERT_FILE").text == "others\n\nours\n")
        #expect(rig.text("etc/cert.pem") == "ours\n")
        rig.door.trust(Array("newer\n".utf8))
        #expect(rig.text("etc/cert.pem") == "newer\n")
        rig.door.trust([])
        #expect(try rig.rig.shell("echo $SSL_CERT_FILE").text == "\n")
        #expect(rig.text("etc/cert.pem").isEmpty)
        rig.door.trust(Array("again\n".utf8))
        #expect(rig.text("etc/cert.pem") == "again\n")
    }

    @Test(
        "who may reach something is what the configuration says",
        arguments: [
            ("{}", false), (#"{"network_policy":"isolated"}"#, false), (#"{"network_policy":"local"}"#, true),
            (#"{"network_policy":"allowlist"}"#, true), (#"{"network_policy":"open"}"#, true), ("{", false),
        ])
    func policy(text: String, reachesOut: Bool) {
        #expect(GuestConfiguration(Array(text.utf8)).reachesOut == reachesOut)
    }
}
