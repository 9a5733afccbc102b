internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu recover` and `aiu purge`: what becomes of deleted VMs.
struct KeptVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func recover() throws -> Int32 {
        let references = try references()
        let name = try session.arguments.option("name").map(session.vmName)
        guard name == nil || references.count == 1 else {
            throw session.arguments.error("`--name` is for one VM, not for \(references.count)")
        }
        let requests = try references.map { reference throws(ClientError) in try Calls.recover(reference, as: name) }
        return try Batch(session, requests).run("recovering \(list(references))", within: try limit()) { index, body in
            guard session.isChatty else { return nil }
            let view: VMView = try Client.decode(from: body, of: requests[index])
            return "'\(view.record.name)' is back; `aiu start \(view.record.name)` starts it\n"
        }
    }

    func purge() throws -> Int32 {
        let references = try references()
        let what = references.count == 1 ? "'\(references[0])'" : "\(references.count) VMs (\(list(references)))"
        guard try Question.confirm("Remove \(what) for good?", session) else { return 0 }
        return try Batch(session, references.map(Calls.purge)).run(
            "purging \(list(references))", within: try limit()
        ) { index, _ in
            session.isChatty ? "'\(references[index])' is gone for good\n" : nil
        }
    }

    private func list(_ references: [VMReference]) -> String { Batch.list(references.map(\.text)) }

    private func limit() throws -> Duration { try session.timeout() ?? Session.usualWait }

    private func references() throws -> [VMReference] {
        var references: [VMReference] = []
        for text in session.arguments.arguments("vm") {
            guard let reference = VMReference(text) else { throw Problem.notName(text) }
            if !references.contains(reference) { references.append(reference) }
        }
        return references
    }
}
