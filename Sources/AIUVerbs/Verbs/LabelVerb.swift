internal import AIUClient
internal import AIUCommandLine
internal import AIUModel

/// `aiu label`.
struct LabelVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let words = session.arguments.arguments(CommandTree.labelWords)
        let names = Array(words.prefix { !LabelWords.isLabel($0) })
        let labels = try LabelWords(Array(words.dropFirst(names.count)))
        guard !labels.set.isEmpty || !labels.removed.isEmpty else {
            throw session.arguments.error("which label? Write KEY=VALUE to set one, or KEY- to remove it")
        }
        let selection = try Selection.read(session.arguments, names: names)
        let vms = try selection.names(session)
        let order = UpdateVM(
            labels: labels.set.isEmpty ? nil : labels.set,
            removedLabels: labels.removed.isEmpty ? nil : labels.removed)
        let requests = try vms.map { name throws(ClientError) in try Calls.update(name, order) }
        let limit = try session.timeout() ?? Session.usualWait
        return try Batch(session, requests).run(
            "labelling \(Batch.list(vms.map(\.text)))", within: limit
        ) { index, body in
            guard session.isChatty else { return nil }
            let view: VMView = try Client.decode(from: body, of: requests[index])
            let text = VMTable.text(view.record.labels)
            return "'\(vms[index])' has \(text.isEmpty ? "no labels" : "the labels \(text)")\n"
        }
    }
}
