internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// Finds records in the audit's files.
struct AuditSearch {
    let folder: AuditFolder
    let opener: AuditOpener

    func records(_ query: AuditQuery, _ stop: WorkThread.Stop) throws(Failure) -> [AuditRecord] {
        let files = try folder.files()
        let limit = max(0, min(query.limit, AuditQuery.most))
        if let after = query.after {
            var found: [AuditRecord] = []
            for (index, file) in files.enumerated() {
                // All of it is known already.
                if index + 1 < files.count, files[index + 1].start <= after + 1 { continue }
                try AuditLog.goOn(stop)
                try scan(file, query, forwards: true, limit, &found)
                if found.count >= limit { break }
            }
            return found
        }
        var found: [AuditRecord] = []
        for file in files.reversed() where found.count < limit {
            try AuditLog.goOn(stop)
            try scan(file, query, forwards: false, limit, &found)
        }
        return found.reversed()
    }

    private func scan(
        _ file: AuditFile, _ query: AuditQuery, forwards: Bool, _ limit: Int, _ found: inout [AuditRecord]
    ) throws(Failure) {
        let bytes = try file.read()
        var lines = unsafe bytes.withUnsafeBytes { bytes in
            unsafe bytes.split(separator: 0x0A).map { $0.startIndex..<$0.endIndex }
        }
        if !forwards { lines.reverse() }
        for range in lines where found.count < limit {
            let record = unsafe bytes.withUnsafeBytes { bytes -> AuditRecord? in
                let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
                if let after = query.after, let number = unsafe AuditLine.sequence(line), number <= after { return nil }
                return unsafe AuditLine.decode(line).map(opener.open)
            }
            guard let record, query.matches(record) else { continue }
            // What a record says, not how it is kept. One without a JSON form would not have been kept.
            if let text = query.text, (try? JSONText.encodeString(record))?.contains(text) != true { continue }
            found.append(record)
        }
    }
}
