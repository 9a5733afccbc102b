package import AIUJSON

/// What a VM's proxy tells the supervisor. A proxy whose reports nobody takes lets nothing more through.
package enum EgressReport: Equatable, Sendable {
    case applied(EgressApplied)
    case decision(EgressDecision)
    case counters(EgressCounters)
    /// Why an order was not carried out.
    case refused(String)

    package func message() throws(JSONError) -> EgressMessage {
        switch self {
        case .applied(let applied): EgressMessage(.applied, try JSONText.encode(applied))
        case .decision(let decision): EgressMessage(.decision, try JSONText.encode(decision))
        case .counters(let counters): EgressMessage(.counters, try JSONText.encode(counters))
        case .refused(let reason): EgressMessage(.refused, Array(reason.utf8))
        }
    }

    /// `nil` for an order, which is no report.
    package init?(_ message: EgressMessage) throws(JSONError) {
        switch message.kind {
        case .applied: self = .applied(try JSONText.decode(EgressApplied.self, from: message.payload))
        case .decision: self = .decision(try JSONText.decode(EgressDecision.self, from: message.payload))
        case .counters: self = .counters(try JSONText.decode(EgressCounters.self, from: message.payload))
        case .refused: self = .refused(String(decoding: message.payload, as: UTF8.self))
        case .rules, .secret, .forget, .authority, .report, .resume, .spent: return nil
        }
    }
}
