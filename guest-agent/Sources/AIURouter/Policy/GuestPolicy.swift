internal import AIUJSON
package import AIUWire

/// What `aiu_config.json` lets the assistant do.
package struct GuestPolicy: Equatable, Sendable {
    private struct Contents: Decodable {
        struct Limits: Decodable {
            var mostPrompt: Int?
            var mostAnswer: Int?
            var perTool: [String: Int]?

            enum CodingKeys: String, CodingKey {
                case mostPrompt = "max_per_query"
                case mostAnswer = "response_max"
                case perTool = "per_tool"
            }
        }

        var tools: [String]?
        var network: String?
        var performance: String?
        var languages: [String]?
        var limits: Limits?

        enum CodingKeys: String, CodingKey {
            case tools
            case network = "network_policy"
            case performance = "performance_mode"
            case languages = "language_preferences"
            case limits = "token_limits"
        }
    }

    /// Nil: all.
    package var tools: [String]?
    /// Tools that the host's policy denies, whatever the configuration names.
    package var denied: Set<String> = []
    /// Tools that run only after a person has agreed, besides those that always ask.
    package var confirmations: Set<String> = []
    package var networkPolicy = "isolated"
    package var performanceMode = "balanced"
    package var languages = ["en"]
    package var mostPromptTokens = 4096
    package var mostAnswerTokens = 2048
    package var tokensPerTool: [String: Int] = [:]

    package init() {}

    /// A document that was checked by the host; what cannot be read keeps its default.
    package init(document: [UInt8]) throws(PolicyError) {
        let end = document.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
        guard end > 0 else { return }
        let contents: Contents
        do throws(JSONError) {
            contents = try JSONText.decode(Contents.self, from: Array(document[..<end]))
        } catch {
            throw PolicyError(explanation: "\(error)")
        }
        tools = contents.tools
        networkPolicy = contents.network ?? networkPolicy
        performanceMode = contents.performance ?? performanceMode
        let wanted = (contents.languages ?? []).map { String($0.prefix { $0.isLetter }.lowercased()) }
        languages = wanted.filter { $0.count == 2 || $0.count == 3 }
        if languages.isEmpty { languages = ["en"] }
        mostPromptTokens = contents.limits?.mostPrompt ?? mostPromptTokens
        mostAnswerTokens = contents.limits?.mostAnswer ?? mostAnswerTokens
        tokensPerTool = contents.limits?.perTool ?? [:]
    }

    /// The same, under what the host's policy says for one request.
    package func limited(by limits: HostLimits?, among all: [String]) -> GuestPolicy {
        guard let limits else { return self }
        var policy = self
        if let allowed = limits.tools { policy.denied = Set(all).subtracting(allowed) }
        policy.confirmations = Set(limits.confirmations ?? [])
        return policy
    }

    /// The tool would talk to a network that this VM does not have.
    package func forbidsNetwork(of tool: String) -> Bool {
        networkPolicy == "isolated" && Self.networkTools.contains(tool)
    }

    /// These work with nothing else; others with an address at most sometimes.
    private static let networkTools: Set<String> = ["api_tester", "update_controller"]
}

/// A configuration that the assistant cannot read.
package struct PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    package let explanation: String
    package var description: String { "the VM's configuration cannot be read: \(explanation)" }
}
