import AIUEgressLink
import AIUModel
import AIUSeal
import AIUSystem
import Glibc
import Testing

/// Proxies that are scripts of the test's: each says what a file holds, and writes down what it is told.
final class EgressRig: Sendable {
    let folder: String
    let programs: EgressPrograms
    let settings: EgressSettings
    static let certificate = "-----BEGIN CERTIFICATE-----\n"
    static let key = "-----BEGIN PRIVATE KEY-----\n"
    static let maker = "if [ \"$1\" = authority ]; then printf -- '\(certificate)\(key)'; exit; fi"
    let id: VMID

    /// `script` finds the messages of `reports` in the file `$said`.
    init(
        _ script: String = "cat $said >&3; cat <&3 >>$told", reports: [EgressReport], seal: SecretSeal? = nil,
        maker: String = EgressRig.maker
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        folder = "/tmp/aiu-egress-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        id = try #require(VMID("0123456789ab"))
        try Files.makeFolder("\(folder)/run/vm/\(id)")
        var bytes: [UInt8] = []
        for report in reports { bytes += try report.message().encoded }
        try Files.replace("\(folder)/said", with: bytes)
        let text =
            "#!/bin/bash\nsaid=\(folder)/said told=\(folder)/told\n\n\(maker)\necho >>\(folder)/starts\n\(script)\n"
        try Files.replace("\(folder)/program", with: Array(text.utf8))
        #expect(unsafe chmod("\(folder)/program", 0o755) == 0)
        var settings = EgressSettings(
            program: "\(folder)/program", runDirectory: "\(folder)/run", folder: "\(folder)/egress",
            secretsFolder: "\(folder)/secrets")
        settings.seal = seal
        self.settings = settings
        settings.applyLimit = .milliseconds(200)
        settings.startLimit = .seconds(3)
        settings.firstDelay = .milliseconds(50)
        settings.logRetry = .milliseconds(50)
        settings.authorityLimit = .milliseconds(300)
        programs = try EgressPrograms(settings)
    }

    deinit {
        // What is left in /tmp after a failed removal harms nothing.
        try? Files.removeTree(folder)
    }

    func rules(_ sequence: Int64) -> EgressRules {
        let own = NetworkRules(mode: .allowlist, allow: [])
        return EgressRules(sequence: sequence, policyVersion: 1, layers: [.init(scope: "configuration", rules: own)])
    }

    func apply(_ sequence: Int64, in project: String? = nil) async -> EgressState {
        await programs.apply(rules(sequence), to: id, in: project)
    }

    func bytes(_ name: String) -> [UInt8] { (try? Files.read("\(folder)/\(name)")) ?? [] }
    var starts: Int { bytes("starts").count }
    func listens() -> Bool {
        (try? UnixSocket.connectNow("\(folder)/run/vm/\(id)/guest_1025")) != nil
    }

    /// Everything that the program was told so far.
    func orders() throws -> [EgressOrder] {
        var decoder = EgressDecoder()
        decoder.feed(bytes("told"))
        var found: [EgressOrder] = []
        while let message = try decoder.next() { found.append(try EgressOrder(message)) }
        return found
    }

    func until(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<300 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
