internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// One thing that can be asked for: dispatch and the OpenAPI document both come from this value.
struct Route: Sendable {
    /// What the handler gets beside the request.
    struct Context: Sendable {
        let control: any Supervision
        let settings: APISettings
        let operations: Operations
        let audit: any AuditTrail
        let reception: Reception
        let counter: (any TokenCounting)?
        let ledger: (any Ledger)?
        let log: Log
    }

    /// A query parameter.
    struct Parameter: Sendable {
        let name: String
        let schema: Schema
        let note: String
        var required = false
    }

    enum Body: Sendable {
        case none
        case json(String, optional: Bool)
        case bytes

        static let longestJSON = 1 << 20
        static let longestFile = 16 << 20

        var limit: Int {
            switch self {
            case .none: 0
            case .json: Self.longestJSON
            case .bytes: Self.longestFile
            }
        }
    }

    enum Answer: Sendable {
        case none(UInt32)
        case json(UInt32, Schema)
        case text
        case bytes
        case events(Schema)
        case upgrade

        var status: UInt32 {
            switch self {
            case .none(let status), .json(let status, _): status
            case .text, .bytes, .events: 200
            case .upgrade: 101
            }
        }
    }

    typealias Handler = @Sendable (Request, Context) async throws(Failure) -> Response

    let method: Method
    /// Segments in braces are parameters: `/v1/vms/{name}`.
    let template: String
    let identifier: String
    /// What it takes to ask for this; nil for what anybody may.
    let permission: Permission?
    let summary: String
    var query: [Parameter] = []
    var body = Body.none
    let answer: Answer
    /// Reasons for a refusal that are particular to this route.
    var refusals: [Failure.Reason] = []
    /// Also for a client that speaks another version of the API.
    var anyVersion = false
    /// The request is pointless once its client has left.
    var endsWithClient = false
    /// It gives out what is inside of a VM, or of the audit.
    var disclosesContents = false
    /// Anybody may ask, and each is answered differently.
    var answersByPerson = false
    let handler: Handler

    /// What its stream says when it is cut off, where that stands in no body's way.
    var lastWords: (@Sendable (Failure) -> [UInt8])? {
        guard case .events = answer else { return nil }
        if identifier == "prompt" { return { Routes.failedEvent($0) } }
        // A comment: readers of events skip it, and people see it.
        return { failure in Array(": \(failure.message.filter { !$0.isNewline })\n\n".utf8) }
    }

    /// Whether it matters who asks.
    var asksWho: Bool { permission != nil || answersByPerson }

    /// Whether the log tells who asked.
    var changes: Bool { method != .get }

    /// Whether it is recorded who asked, before anything is done.
    var isAudited: Bool { changes || disclosesContents }

    /// How far a request goes. What makes a VM of another one, or another name, goes beyond it.
    func reach(_ request: Request) -> Caller.Reach {
        if identifier == "listVMs" { return .own }
        guard template.hasPrefix("/v1/vms/{name}"), !["renameVM", "cloneVM"].contains(identifier) else { return .host }
        return .vm(request.path["name"] ?? "")
    }

    var segments: [Substring] { template.split(separator: "/", omittingEmptySubsequences: true) }
}
