internal import AIUJSON
internal import AIUModel

/// What is to be written otherwise so that a VM may reach a host, or not any more: in its own configuration, which knows
/// names only, and in what the policy says of the VM, which knows ports, methods and paths.
struct NetworkChange: Equatable {
    /// Another configuration; nil when it stays.
    private(set) var configuration: AIUConfig?
    /// What the policy shall say of this VM's network; nil when it stays.
    private(set) var rules: NetworkRules?

    init(
        _ change: ChangeNetwork, to configuration: AIUConfig, _ rules: NetworkRules?
    ) throws(Failure) {
        let wish = try Wish(change)
        var next = configuration
        var narrowed = rules ?? NetworkRules()
        switch change.verb {
        case .allow: try Self.allow(wish, &next, &narrowed)
        case .deny: Self.deny(wish, &next, &narrowed)
        }
        if next != configuration { self.configuration = next }
        if narrowed != rules ?? NetworkRules() { self.rules = narrowed }
    }

    /// A checked wish.
    private struct Wish {
        let domain: DomainPattern
        let rule: NetworkRule
        var isPlain: Bool { rule == NetworkRule(host: .domain(domain)) }

        init(_ change: ChangeNetwork) throws(Failure) {
            guard let domain = DomainPattern(parsing: change.host) else {
                throw Failure(
                    .invalid,
                    "\(Excerpt.quoted(change.host)) is no domain such as example.org or *.example.org; an address is "
                        + "allowed in the policy, see `aiu policy`")
            }
            var members: [JSON.Member] = [.init("host", .string(domain.description))]
            if let ports = change.ports { members.append(.init("ports", .array(ports.map { .integer(Int64($0)) }))) }
            if let methods = change.methods { members.append(.init("methods", .array(methods.map { .string($0) }))) }
            if let paths = change.paths { members.append(.init("paths", .array(paths.map { .string($0) }))) }
            // By the reader of the policy, so that one rule is one rule everywhere.
            let field = change.verb == .allow ? "allow" : "deny"
            let node = JSONNode(JSON.object([.init(field, .array([.object(members)]))]))
            do throws(PolicyProblem) {
                let read = try NetworkRules(node)
                guard let rule = change.verb == .allow ? read.allow?.first : read.deny.first else {
                    throw PolicyProblem(node, "says nothing")
                }
                self.rule = rule
            } catch {
                throw Failure(.invalid, "this is no rule: \(error.message)")
            }
            self.domain = domain
        }
    }

    private static func allow(
        _ wish: Wish, _ configuration: inout AIUConfig, _ rules: inout NetworkRules
    ) throws(Failure) {
        let former = configuration.networkOptions.whitelistDomains
        var options = configuration.networkOptions
        options.blacklistDomains.removeAll { $0 == wish.domain }
        if let blocking = options.blacklistDomains.first(where: { $0.covers(wish.domain) }) {
            throw Failure(
                .conflict,
                "its configuration denies \(blocking), which covers \(wish.domain); take that out first, with "
                    + "`aiu net allow` of \(blocking) or `aiu edit`")
        }
        switch configuration.networkPolicy {
        case .isolated, .local:
            // Services stay reachable for one that had them.
            options.allowLocal = options.allowLocal || configuration.networkPolicy == .local
            configuration.networkPolicy = .allowlist
            configuration.internet = true
            options.whitelistDomains = [wish.domain]
        case .allowlist:
            if !former.contains(where: { $0.covers(wish.domain) }) { options.whitelistDomains.append(wish.domain) }
        case .vpn, .open: break
        }
        let wasListed = configuration.networkPolicy == .allowlist
        configuration.networkOptions = options
        rules.deny.removeAll { $0 == wish.rule }
        // What was allowed by name alone stays so.
        let known = rules.allow ?? former.map { NetworkRule(host: .domain($0)) }
        let isNews = !known.contains { $0.allowsAll(of: wish.rule, inner: false) }
        guard isNews, rules.allow != nil || (!wish.isPlain && wasListed) else { return }
        rules.allow = known.filter { !wish.rule.allowsAll(of: $0, inner: false) } + [wish.rule]
    }

    private static func deny(_ wish: Wish, _ configuration: inout AIUConfig, _ rules: inout NetworkRules) {
        rules.allow?.removeAll { $0 == wish.rule || (wish.isPlain && wish.rule.host.covers($0.host)) }
        guard wish.isPlain else {
            if !rules.deny.contains(wish.rule) { rules.deny.append(wish.rule) }
            return
        }
        var options = configuration.networkOptions
        options.whitelistDomains.removeAll(where: wish.domain.covers)
        let isCovered =
            configuration.networkPolicy != .allowlist
            || options.whitelistDomains.contains { $0.covers(wish.domain) }
        if isCovered, configuration.networkPolicy != .isolated,
            !options.blacklistDomains.contains(where: { $0.covers(wish.domain) })
        {
            options.blacklistDomains.append(wish.domain)
        }
        if configuration.networkPolicy == .allowlist, options.whitelistDomains.isEmpty {
            configuration.networkPolicy = options.allowLocal ? .local : .isolated
            configuration.internet = false
        }
        configuration.networkOptions = options
    }
}
