import AIUJSON

/// What the supervisor tells a VM's proxy.
package enum EgressOrder: Equatable, Sendable {
    case rules(EgressRules)
    case secret(EgressSecret)
    case forget(secret: String)
    /// PEM: certificate and key.
    case authority([UInt8])
    case report
    case resume(EgressCounters)
    /// What went past the proxy, by the VM's card, and counts like the rest.
    case spent(CardUse)

    /// A text that is not an order, or an order that says nonsense.
    package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    package func message() throws(Fault) -> EgressMessage {
        do throws(JSONError) {
            return switch self {
            case .rules(let rules): EgressMessage(.rules, rules.json.bytes())
            case .secret(let secret): secret.message
            case .forget(let name): EgressMessage(.forget, Array(name.utf8))
            case .authority(let bytes): EgressMessage(.authority, bytes)
            case .report: EgressMessage(.report)
            case .resume(let counters): EgressMessage(.resume, try JSONText.encode(counters))
            case .spent(let use): EgressMessage(.spent, try JSONText.encode(use))
            }
        } catch {
            throw Fault(description: "\(error)")
        }
    }

    package init(_ message: EgressMessage) throws(Fault) {
        do {
            switch message.kind {
            case .rules:
                let limits = JSONLimits(maxBytes: EgressMessage.longestPayload, maxDepth: 16, maxMembers: 1_000_000)
                self = .rules(try EgressRules(try JSONNode(parsing: message.payload, limits: limits)))
            case .secret:
                guard let secret = EgressSecret(payload: message.payload) else {
                    throw Fault(description: "a secret's name, hosts or value are none")
                }
                self = .secret(secret)
            case .forget: self = .forget(secret: String(decoding: message.payload, as: UTF8.self))
            case .authority: self = .authority(message.payload)
            case .report: self = .report
            case .resume: self = .resume(try JSONText.decode(EgressCounters.self, from: message.payload))
            case .spent:
                let use = try JSONText.decode(CardUse.self, from: message.payload)
                guard use.toGuest >= 0, use.fromGuest >= 0 else {
                    throw Fault(description: "nobody uses less than nothing")
                }
                self = .spent(use)
            case .applied, .decision, .counters, .refused:
                throw Fault(description: "a report is no order")
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(description: "\(error)")
        }
    }
}
