internal import AIUJSON
package import AIUModel

/// Follows the chain through line after line and stops at the first that is wrong.
package struct AuditVerifier {
    private let key: AuditPublicKey?
    private let heads: [AuditHead]
    private let mayBeginWithKeys: Bool
    private var previous = AuditLine.noDigest
    /// Where the chain begins when its oldest lines were removed: a later record must have announced that.
    private var missing: AuditHead?
    private var isAnnounced = false
    private var met: Set<Int64> = []
    private var lastCheckpoint: Int64 = 0
    package private(set) var report = AuditReport()

    /// `heads`: ends that the audit is known to have had.
    /// `mayBeginWithKeys`: of an export, which has those of the people in it before its first record.
    package init(key: AuditPublicKey?, heads: [AuditHead], mayBeginWithKeys: Bool = false) {
        self.key = key
        self.heads = heads
        self.mayBeginWithKeys = mayBeginWithKeys
        report.key = key?.description
    }

    /// False when the line does not continue the chain.
    package mutating func take(_ line: UnsafeRawBufferPointer, file: String, number: Int) -> Bool {
        guard report.damage == nil else { return false }
        if mayBeginWithKeys, report.records == 0, unsafe AuditOpener.isKey(line) { return true }
        guard let sequence = unsafe AuditLine.sequence(line) else {
            return fail(report.last + 1, file, number, "this line is no record of an audit")
        }
        if report.records == 0 { begin(sequence, unsafe AuditLine.previous(line)) }
        guard sequence == report.last + 1 else {
            let problem =
                sequence <= report.last
                ? "record \(sequence) stands here a second time, or too late"
                : "\(sequence - report.last - 1) records before record \(sequence) are missing"
            return fail(sequence, file, number, problem)
        }
        guard unsafe AuditLine.follows(line, previous) else {
            return fail(
                sequence - 1, file, number,
                "record \(sequence - 1) was changed: record \(sequence) was written after another one")
        }
        if unsafe AuditLine.isMark(line), unsafe !takeMark(line, file, number) { return false }
        previous = unsafe AuditLine.digest(line)
        report.records += 1
        report.last = sequence
        report.unsigned = report.last - lastCheckpoint
        return meets(file, number)
    }

    /// What comes last is no whole line.
    package mutating func breakOff(file: String, number: Int) {
        _ = fail(report.last + 1, file, number, "the last line is not whole")
    }

    /// Nothing more comes.
    package mutating func finish(file: String, number: Int) {
        report.head = String(decoding: previous, as: UTF8.self)
        guard report.damage == nil else { return }
        for head in heads where !met.contains(head.sequence) && head.sequence > 0 {
            let problem =
                head.sequence < report.first
                ? "record \(head.sequence) is no longer here to be compared"
                : "records were cut off the end: there was a record \(head.sequence), the last one here is \(report.last)"
            _ = fail(head.sequence < report.first ? report.first : report.last + 1, file, number, problem)
            return
        }
        if let missing {
            _ = fail(
                report.first, file, number,
                "the records up to \(missing.sequence) are missing, and none of those that are left says that they were removed"
            )
        }
    }

    private mutating func begin(_ sequence: Int64, _ digest: [UInt8]) {
        report.first = sequence
        report.last = sequence - 1
        lastCheckpoint = sequence - 1
        guard sequence > 1 else { return }
        previous = digest
        let end = AuditHead(sequence: sequence - 1, digest: String(decoding: previous, as: UTF8.self))
        missing = end
        // The last of those that are gone can still be compared.
        if heads.contains(end) { met.insert(end.sequence) }
    }

    private mutating func takeMark(_ line: UnsafeRawBufferPointer, _ file: String, _ number: Int) -> Bool {
        guard let record = unsafe AuditLine.decode(line) else {
            return fail(report.last + 1, file, number, "this line is no record of an audit")
        }
        if record.kind == .retired, let missing {
            isAnnounced =
                record.detail?["files"]?.arrayValue?.contains {
                    $0["through"]?.integerValue == missing.sequence && $0["digest"]?.stringValue == missing.digest
                } ?? false
        }
        if record.kind == .noted, let finding = record.detail?["finding"]?.stringValue,
            report.incidents.count < AuditReport.mostIncidents
        {
            report.incidents.append(.init(sequence: record.sequence, finding: finding))
        }
        guard record.kind == .checkpoint else { return true }
        if let key, !key.accepts(record.signature ?? "", of: AuditSeal.checkpoint(record, after: previous)) {
            return fail(
                record.sequence, file, number,
                "the signature of record \(record.sequence) was not made with the key \(key)")
        }
        // What is not signed announces nothing.
        if isAnnounced { missing = nil }
        report.checkpoints += 1
        lastCheckpoint = record.sequence
        return true
    }

    /// Whether this line is what it was known to be.
    private mutating func meets(_ file: String, _ number: Int) -> Bool {
        for head in heads where head.sequence == report.last {
            guard head.digest.utf8.elementsEqual(previous) else {
                return fail(head.sequence, file, number, "record \(head.sequence) is not the one that was here before")
            }
            met.insert(head.sequence)
        }
        return true
    }

    private mutating func fail(_ sequence: Int64, _ file: String, _ number: Int, _ problem: String) -> Bool {
        report.damage = .init(sequence: sequence, file: file, line: number, problem: problem)
        return false
    }
}

extension AuditVerifier {
    /// Takes all lines of a text; false at the first that is wrong. The last line must be whole.
    package mutating func take(_ bytes: UnsafeRawBufferPointer, file: String) -> Bool {
        var number = 0
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            number += 1
            guard let end = unsafe rest.firstIndex(of: 0x0A) else {
                breakOff(file: file, number: number)
                return false
            }
            let line = unsafe UnsafeRawBufferPointer(rebasing: rest[..<end])
            guard unsafe take(line, file: file, number: number) else { return false }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        return true
    }
}
