import AIUDigest
import AIUGuest
import AIUSystem
import AIUWire
import Glibc
import Testing

/// A guest's configuration below a folder of the test's own.
private final class ConfigurationRig {
    let link: LinkRig
    let folder: String
    let configuration: LiveConfiguration

    init(_ text: String = #"{"timezone":"UTC"}"#, adjust: (String) throws -> Void = { _ in }) throws {
        link = try LinkRig()
        folder = "/tmp/aiu-guest-config-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder("\(folder)/zones/Europe")
        for zone in ["UTC", "Europe/Berlin"] { try Files.replace("\(folder)/zones/\(zone)", with: [1]) }
        let padding = [UInt8](repeating: 32, count: ConfigurationFile.size - text.utf8.count)
        try Files.replace("\(folder)/aiu_config.json", with: Array(text.utf8) + padding)
        try adjust("\(folder)/aiu_config.json")
        configuration = LiveConfiguration(
            context: link.rig.context, file: ConfigurationFile(path: "\(folder)/aiu_config.json"),
            zone: TimeZoneFile(folder: "\(folder)/zones", localTime: "\(folder)/localtime"))
        let configuration = configuration
        link.link.onConfigure = { configuration.apply($0) }
    }

    deinit {
        // What is left in /tmp after a failed removal harms nothing.
        try? Files.removeTree(folder)
    }

    var content: [UInt8] { get throws { try Files.read("\(folder)/aiu_config.json") } }
    var inode: UInt { get throws { try Files.metadata("\(folder)/aiu_config.json").st_ino } }

    func order(_ text: String, revision: UInt64 = 2) throws -> ConfiguredAnswer {
        configuration.apply(try ConfigurationOrder(revision: revision, document: Array(text.utf8)))
    }
}

@Suite("A configuration that changes while the guest runs")
struct ConfigurationTests {
    @Test("a change is kept where the file lies, answered over the link, and found by later commands")
    func change() throws {
        let rig = try ConfigurationRig()
        let inode = try rig.inode
        let client = try rig.link.greet()
        #expect(try client.next()?.kind == .heartbeat)
        let text = Array(#"{"timezone":"Europe/Berlin","location":"here","resources":{"ram":"1GB"}}"#.utf8)
        try client.send(try ConfigurationOrder(revision: 7, document: text).frame)
        var answer: ConfiguredAnswer?
        while answer == nil, let frame = try client.next() {
            if frame.kind == .configured { answer = try ConfiguredAnswer(frame) }
        }
        #expect(
            answer
                == ConfiguredAnswer(
                    revision: 7, digest: SHA256.hex(of: text), applied: ["timezone", "location"]))
        let content = try rig.content
        #expect(content.count == ConfigurationFile.size && content.starts(with: text))
        #expect(content[text.count...].allSatisfy { $0 == 32 })
        #expect(try rig.inode == inode)
        #expect(rig.configuration.digest == SHA256.hex(of: text) && rig.configuration.problems.isEmpty)
        #expect(try rig.link.rig.shell("echo $TZ").text == "Europe/Berlin\n")
    }

    @Test("a running command notices nothing")
    func survival() throws {
        let rig = try ConfigurationRig()
        let client = try rig.link.rig.connect()
        try client.request(.execute(ExecuteRequest(command: ["sh", "-c", "read line; echo $line $TZ"], input: true)))
        #expect(try client.next()?.kind == .started)
        #expect(try rig.order(#"{"timezone":"Europe/Berlin"}"#).refusal == nil)
        try client.send(.standardInput, Array("still here\n".utf8))
        #expect(try client.ended().text == "still here UTC\n")
    }

    @Test(
        "a refused document leaves everything as it was",
        arguments: [
            ("{", "line 1"), (#"{"timezone":5}"#, "timezone"), ("[]", "object"),
            (#"{"timezone":"Mars/Olympus"}"#, "no time zone 'Mars/Olympus'"),
            (#"{"timezone":"../zones/UTC"}"#, "no time zone"),
        ])
    func refusal(text: String, words: String) throws {
        let rig = try ConfigurationRig()
        let former = try rig.content
        let digest = rig.configuration.digest
        let answer = try rig.order(text)
        #expect(answer.refusal?.contains(words) == true, "\(answer.refusal ?? "-")")
        #expect(answer.digest == digest && answer.applied.isEmpty)
        #expect(try rig.content == former)
        #expect(rig.configuration.digest == digest)
        #expect(try rig.link.rig.shell("echo $TZ").text == "UTC\n")
    }

    @Test("a document that cannot be kept is refused, and the zone is the former one")
    func unwritable() throws {
        let rig = try ConfigurationRig()
        try Files.remove("\(rig.folder)/aiu_config.json")
        try Files.makeFolder("\(rig.folder)/aiu_config.json")
        let answer = try rig.order(#"{"timezone":"Europe/Berlin"}"#)
        #expect(answer.refusal?.contains("aiu_config.json") == true)
        #expect(try rig.link.rig.shell("echo $TZ").text == "UTC\n")
    }

    @Test(
        "whatever lies at the file's place is replaced, not followed",
        arguments: ["link", "pipe", "short", "missing", "second name"])
    func replaced(kind: String) throws {
        let rig = try ConfigurationRig()
        let path = "\(rig.folder)/aiu_config.json"
        let victim = "\(rig.folder)/victim"
        try Files.replace(victim, with: [1, 2, 3])
        if kind != "second name" { try Files.remove(path) }
        switch kind {
        case "link": #expect(unsafe symlink(victim, path) == 0)
        case "pipe": #expect(unsafe mkfifo(path, 0o644) == 0)
        case "short": try Files.replace(path, with: [1])
        case "second name": #expect(unsafe link(path, "\(rig.folder)/other") == 0)
        default: break
        }
        #expect(try rig.order("{}").refusal == nil)
        #expect(try rig.content.count == ConfigurationFile.size)
        #expect(try Files.read(victim) == [1, 2, 3])
    }

    @Test("a bad document on the disk is reported, and mended by an order")
    func mended() throws {
        let rig = try ConfigurationRig("{")
        #expect(rig.configuration.problems.first?.contains("defaults are used") == true)
        #expect(try rig.order("{}").applied == [])
        #expect(rig.configuration.problems.isEmpty)
        let missing = try ConfigurationRig { try Files.remove($0) }
        #expect(missing.configuration.digest == "")
        #expect(missing.configuration.problems.first?.contains("defaults are used") == true)
        let zone = try ConfigurationRig(#"{"timezone":"Mars/Olympus"}"#)
        #expect(zone.configuration.problems.first?.contains("UTC is used") == true)
    }

    @Test("an order that is none ends the connection", arguments: [0, 8, 32 * 1024 + 9])
    func malformed(length: Int) throws {
        let rig = try ConfigurationRig()
        let client = try rig.link.greet()
        try client.send(.configure, [UInt8](repeating: 32, count: length))
        while try client.next() != nil {}
    }
}
