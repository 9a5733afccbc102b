internal import AIUAudit
internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiu audit tail`, `search`, `verify` and `export`.
struct AuditVerb {
    private static let verifyLimit: Duration = .seconds(600)
    private static let pause: Duration = .milliseconds(300)
    private static let longestSince: Duration = .seconds(100 * 366 * 86_400)
    private static let longestLine = 64 << 10

    private let session: Session

    init(_ session: Session) { self.session = session }

    // MARK: Reading

    func tail() throws -> Int32 {
        var query = AuditQuery()
        query.limit = try session.arguments.integer("lines", in: 1...AuditQuery.most) ?? 20
        try session.limitWaits()
        let found: [AuditRecord] = try session.client.value(Calls.audit(query))
        guard session.arguments.flag("follow") else { return try show(found) }
        for record in found { try show(record) }
        try follow(after: found.last?.sequence ?? 0)
    }

    func search() throws -> Int32 {
        let arguments = session.arguments
        var query = AuditQuery()
        query.limit = try arguments.integer("lines", in: 1...AuditQuery.most) ?? AuditQuery.most
        query.user = arguments.option("user")
        query.action = arguments.option("action")
        query.subject = arguments.option("subject")
        query.text = arguments.argument("text")
        if let since = try arguments.duration("since", in: .seconds(1)...Self.longestSince) {
            query.since = Timestamp.now.milliseconds - Int64(since / .milliseconds(1))
        }
        try session.limitWaits()
        return try show(try session.client.value(Calls.audit(query)))
    }

    private func show(_ records: [AuditRecord]) throws -> Int32 {
        try session.answer(
            try JSON(encoding: records), names: { records.map { "\($0.sequence)" } },
            table: { records.isEmpty ? "no record of the audit fits\n" : records.map(AuditText.render).joined() })
        return 0
    }

    private func show(_ record: AuditRecord) throws {
        try session.writeOne(record, name: "\(record.sequence)", line: AuditText.render(record))
    }

    private func follow(after sequence: Int64) throws -> Never {
        var query = AuditQuery()
        query.after = sequence
        while true {
            let found: [AuditRecord] = try session.client.value(Calls.audit(query))
            for record in found { try show(record) }
            query.after = found.last?.sequence ?? query.after
            if found.count < AuditQuery.most { usleep(UInt32(Self.pause / .microseconds(1))) }
        }
    }

    // MARK: Verifying

    func verify() throws -> Int32 {
        let arguments = session.arguments
        let head = try arguments.option("expect").map { text throws(UsageError) in
            guard let head = AuditHead(text) else {
                throw arguments.error("`--expect` is NUMBER:DIGEST, as an earlier verification printed it")
            }
            return head
        }
        let key = try arguments.option("key").map { text throws(UsageError) in
            guard let key = AuditPublicKey(text) else { throw arguments.error("`--key` has 64 hex digits") }
            return key
        }
        let report: AuditReport
        if let path = arguments.argument("file") {
            report = try session.progress("verifying \(path)") { try Self.verify(path, key, head) }
        } else {
            try session.limitWaits(usually: Self.verifyLimit)
            report = try session.progress("verifying the audit") {
                try session.client.value(Calls.auditVerification(expecting: head), as: AuditReport.self)
            }
            if let key, key.description != report.key {
                throw Problem(
                    .badData, "the audit is signed with the key \(report.key ?? "?"), not with the one that was given")
            }
        }
        try session.answer(
            try JSON(encoding: report), names: { ["\(report.last):\(report.head)"] },
            table: { AuditReportText.render(report) })
        return report.isSound ? 0 : ExitCode.badData.rawValue
    }

    /// An export, without a supervisor.
    private static func verify(_ path: String, _ key: AuditPublicKey?, _ head: AuditHead?) throws -> AuditReport {
        let file = try path == "-" ? FileDescriptor(owning: 0) : FileDescriptor.open(path, O_RDONLY)
        var verifier = AuditVerifier(key: key, heads: head.map { [$0] } ?? [], mayBeginWithKeys: true)
        var lines = LineSplitter(longest: longestLine)
        let name = path == "-" ? "standard input" : path
        while let part = try file.read(upTo: 1 << 20), !part.isEmpty {
            let goesOn = unsafe try lines.feed(part) { line, number in
                unsafe verifier.take(line, file: name, number: number)
            }
            guard goesOn else { break }
        }
        if verifier.report.damage == nil, !lines.rest.isEmpty { verifier.breakOff(file: name, number: lines.count + 1) }
        verifier.finish(file: name, number: lines.count)
        return verifier.report
    }

    // MARK: Exporting

    func export() throws -> Int32 {
        let arguments = session.arguments
        let format = arguments.option("as").flatMap { AuditFormat(rawValue: $0) } ?? .jsonl
        try session.limitWaits()
        let target = arguments.option("output") ?? "-"
        guard target != "-" else {
            try receive(format) { try RawOutput.write($0) }
            return 0
        }
        let file = try PartialFile(target, defaultName: "audit.\(format.rawValue)", mayReplace: arguments.flag("force"))
        let line = Progress.start("exporting the audit", isQuiet: !session.showsProgress)
        defer { line.finish() }
        try receive(format) { try file.write($0) }
        try file.finish()
        if session.isChatty { try session.write("the audit is in \(file.path)\n") }
        return 0
    }

    private func receive(_ format: AuditFormat, _ take: ([UInt8]) throws -> Void) throws {
        let request = Calls.auditExport(sealed: session.arguments.flag("sealed"))
        var opener = AuditOpener()
        let exchange = try session.client.open(request)
        if let header = format.header { try take(Array(header.utf8)) }
        var lines = LineSplitter(longest: Self.longestLine)
        while let part = try exchange.nextPart() {
            if format == .jsonl {
                try take(part)
                continue
            }
            var rendered = ""
            _ = unsafe try lines.feed(part) { line, _ in
                if unsafe AuditOpener.isKey(line) {
                    unsafe opener.take(line)
                } else {
                    rendered += format.render(opener.open(try Client.decode(from: unsafe Array(line), of: request)))
                }
                return true
            }
            if !rendered.isEmpty { try take(Array(rendered.utf8)) }
        }
        if !lines.rest.isEmpty { throw Problem(.inputOutput, "the export broke off in the middle of a record") }
    }
}
