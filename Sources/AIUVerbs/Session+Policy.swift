internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

extension Session {
    /// Puts a policy in force, or with `--dry-run` says what that would change.
    func apply(_ wish: ApplyPolicy) throws -> Int32 {
        var order = wish
        order.note = arguments.option("note")
        order.dryRun = arguments.flag("dry-run") ? true : nil
        let outcome = try ConfigVerb.asConfiguration { () throws(ClientError) -> PolicyOutcome in
            try client.value(try Calls.applyPolicy(order))
        }
        try answer(
            try JSON(encoding: outcome), names: { ["\(outcome.version)"] },
            table: { PolicyText.render(outcome, width: width, style: style) })
        return 0
    }
}
