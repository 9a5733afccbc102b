internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUWire

/// Asks the assistant in a VM for something and hears it out.
struct AssistRunner {
    /// Models and tools may think for minutes without a word.
    private static let usualSilence: Duration = .seconds(600)

    let session: Session
    let signals: SignalSource
    /// Who is asked before sensitive tools run; nil when there is nobody.
    let confirmation: Confirmation?
    private let silence: Duration

    init(_ session: Session, signals: SignalSource, asksPerson: Bool = false) throws {
        self.session = session
        self.signals = signals
        silence = try session.timeout() ?? Self.usualSilence
        confirmation = asksPerson && !session.arguments.flag("yes") ? Confirmation() : nil
    }

    /// Refuses what could not be asked of a VM, before files go into it.
    func check(_ name: VMName) throws {
        session.client.patience = Patience(limit: Session.usualWait, signals: signals)
        let view: VMView = try session.client.value(Calls.inspect(name))
        guard view.record.phase.isActive else {
            throw Problem(.failure, "'\(name)' does not run; `aiu start \(name)` starts it")
        }
        // One whose agent has not said hello yet, or is silent, is refused in the words of the supervisor.
        if let hello = view.agent?.hello, hello.features?.contains(WireProtocol.assistFeature) != true {
            throw ClientError.refused(.noAssistant(in: name))
        }
    }

    /// Returns the assistant's last word; what comes before it is handed over as it comes.
    func ask(
        _ request: AssistRequest, in name: VMName, purpose: String,
        _ heard: (AssistEvent) throws -> Void = { _ in }
    ) throws -> AssistEvent {
        session.client.patience = Patience(limit: Session.usualWait, signals: signals)
        let stream = try session.client.operation(.assist(request), in: name, purpose: purpose)
        var assist = AssistSession(stream, silence: silence, signals: signals, purpose: purpose)
        while true {
            let event = try assist.next()
            if event.isLast { return event }
            try heard(event)
            guard case .confirm(let question) = event else { continue }
            let yes = try confirmation?.ask(question, signals: signals) ?? false
            try assist.reply(.confirmed(number: question.number, yes: yes))
        }
    }

    /// A list, however many events it takes; more than `most` of them are nonsense of a guest.
    func collect<Item>(
        _ request: AssistRequest, in name: VMName, purpose: String, atMost most: Int,
        _ items: (AssistEvent) -> [Item]?
    ) throws -> [Item] {
        var list: [Item] = []
        let last = try ask(request, in: name, purpose: purpose) { event in
            guard let more = items(event), list.count < most else { throw Self.unexpected(event, during: purpose) }
            list += more
        }
        guard case .done = last else { throw Self.unexpected(last, during: purpose) }
        return list
    }

    var transfer: FileTransfer { FileTransfer(session, idleLimit: Session.usualWait, signals: signals) }

    /// What was answered is not what was asked for.
    static func unexpected(_ event: AssistEvent, during purpose: String) -> ClientError {
        .malformed(request: purpose, reason: "the assistant answered with `\(event.name)`, which does not belong here")
    }
}
