package import AIUCommandLine
package import AIUModel
internal import AIUSystem

/// What VMs reach, for people. Hosts and paths are a guest's words.
package enum NetworkText {
    package static func render(_ view: NetworkView, style: Style) -> String {
        var rows = [("Mode", "\(view.mode.rawValue), by policy \(view.policyVersion)")]
        let isUp = view.reachable ? "runs" : view.mode == .isolated ? "is not needed" : "does not run"
        rows.append(("Proxy", view.problem.map { "stands still: \($0)" } ?? isUp))
        if let card = view.card { rows.append(("Card", card)) }
        if let problem = view.cardProblem { rows.append(("Card", problem)) }
        if let counters = view.counters {
            rows.append(
                (
                    "Used",
                    "\(counters.requests) requests, \(counters.denied) denied; \(size(counters.bytesToGuest)) in, "
                        + "\(size(counters.bytesFromGuest)) out, \(size(counters.bytesToday)) on the last day; "
                        + "\(counters.connections) open"
                ))
        }
        if let left = view.bytesLeft { rows.append(("Left today", size(left))) }
        let head = rows.map { line($0.0, $0.1, style) }.joined()
        return head + view.layers.map { layer($0, style) }.joined()
    }

    private static func layer(_ layer: NetworkView.Layer, _ style: Style) -> String {
        var rows: [(String, String)] = []
        if let mode = layer.mode { rows.append(("  mode", mode.rawValue)) }
        if let allow = layer.allow { rows += list("  allow", allow, none: "nothing") }
        rows += list("  deny", layer.deny)
        if let services = layer.services { rows += list("  services", services, none: "none") }
        if let limit = layer.requestsPerMinute { rows.append(("  limit", "\(limit) requests a minute")) }
        if let limit = layer.bytesPerDay { rows.append(("  limit", "\(size(limit)) a day")) }
        if let limit = layer.connections { rows.append(("  limit", "\(limit) connections")) }
        if let proxy = layer.upstreamProxy { rows.append(("  through", proxy)) }
        if let interface = layer.vpnInterface { rows.append(("  through", interface)) }
        if let namespace = layer.vpnNamespace { rows.append(("  through", "network namespace \(namespace)")) }
        if let resolver = layer.resolver { rows.append(("  names by", resolver)) }
        if let card = layer.card { rows.append(("  card", card ? "yes" : "no")) }
        if rows.isEmpty { rows.append(("  says", "nothing")) }
        return style.bold(SafeText.line(layer.scope)) + "\n" + rows.map { line($0.0, $0.1, style) }.joined()
    }

    private static func list(_ name: String, _ values: [String], none: String? = nil) -> [(String, String)] {
        values.isEmpty ? none.map { [(name, $0)] } ?? [] : values.map { (name, $0) }
    }

    private static func line(_ name: String, _ value: String, _ style: Style) -> String {
        style.dim("\(name):") + String(repeating: " ", count: max(1, 13 - name.count)) + SafeText.line(value) + "\n"
    }

    private static func size(_ bytes: Int64) -> String { SizeText.approximate(UInt64(clamping: bytes)) }

    package static func render(_ answer: NetworkAnswer) -> String {
        let what = "\(answer.method) \(answer.host):\(answer.port)\(answer.path)"
        var text = "\(answer.allowed ? "allowed" : "denied"): \(SafeText.line(what))\n"
        text += "by \(SafeText.line(answer.scope)): \(SafeText.line(answer.rule))\n"
        if let tried = answer.tried { text += "tried: \(SafeText.line(tried))\n" }
        return text
    }

    package static func render(_ decision: EgressDecision) -> String {
        let port = decision.port.map { ":\($0)" } ?? ""
        let method = decision.method.map { "\($0) " } ?? ""
        let address = decision.address.map { " (\($0))" } ?? ""
        let secrets = decision.secrets.map { "  with \($0.joined(separator: ", "))" } ?? ""
        let repeats = decision.repeats.map { "  and \($0) of the same before" } ?? ""
        let words = [
            "\(Timestamp(milliseconds: decision.time))", decision.allowed ? "allowed" : "denied ",
            decision.kind.rawValue, "\(method)\(decision.host)\(port)\(decision.path ?? "")\(address)",
            "\(decision.scope): \(decision.rule)\(secrets)\(repeats)",
        ]
        return words.map { SafeText.line($0) }.joined(separator: "  ") + "\n"
    }

    package static func table(_ views: [NetworkView], width: Int?, style: Style) -> String {
        guard !views.isEmpty else { return "no VM runs\n" }
        var table = Table(
            [
                .init("NAME", mayShrink: true), .init("MODE"), .init("OPEN", .right), .init("REQUESTS", .right),
                .init("DENIED", .right), .init("IN", .right), .init("OUT", .right), .init("LEFT TODAY", .right),
            ], style: style)
        for view in views {
            let counters = view.counters ?? EgressCounters()
            table.add([
                view.name.text, view.mode.rawValue, "\(counters.connections)", "\(counters.requests)",
                "\(counters.denied)", size(counters.bytesToGuest), size(counters.bytesFromGuest),
                view.bytesLeft.map(size) ?? "",
            ])
        }
        return table.render(width: width)
    }
}
